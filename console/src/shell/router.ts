import { signal } from '@preact/signals';

/** Where the console is: path and query of the address, so that every view can be sent as a link. */
export const route = signal<{ readonly path: string; readonly query: URLSearchParams }>({
  path: '/',
  query: new URLSearchParams(),
});

let frame: Window | undefined;

/** Follows the address bar, and takes over clicks on links to our own pages. */
export const startRouter = (window: Window): void => {
  frame = window;
  const read = (): void => {
    const { pathname, search } = window.location;
    route.value = { path: pathname, query: new URLSearchParams(search) };
  };
  read();
  window.addEventListener('popstate', read);
  window.document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute('download')) return;
    const url = new URL(link.href);
    if (url.origin !== window.location.origin || url.pathname.startsWith('/api/')) return;
    if (url.hash && url.pathname === window.location.pathname) return;
    event.preventDefault();
    navigate(url.pathname + url.search);
  });
};

/** Goes to a page of the console. `replace` leaves no step in the history. */
export const navigate = (to: string, options: { readonly replace?: boolean } = {}): void => {
  const url = new URL(to, 'http://console');
  if (options.replace) frame?.history.replaceState(null, '', to);
  else frame?.history.pushState(null, '', to);
  route.value = { path: url.pathname, query: url.searchParams };
  if (!options.replace) frame?.scrollTo(0, 0);
};

/** Changes parameters of the query in place: null takes one away. */
export const setQuery = (changes: Readonly<Record<string, string | null>>): void => {
  const query = new URLSearchParams(route.value.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  navigate(route.value.path + (text ? `?${text}` : ''), { replace: true });
};
