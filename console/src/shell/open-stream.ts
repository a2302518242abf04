/** What is told of a stream; `onBroken` while the browser tries again by itself, `onClosed` when the server wants it no more. */
export interface StreamOptions<T> {
  /** Address of what comes after a cursor. */
  readonly path: (after: string) => string;
  readonly after: string;
  readonly onData: (data: T) => void;
  readonly onOpen?: () => void;
  readonly onBroken?: () => void;
  readonly onClosed: () => void;
  /** The cursor is too old, or of an earlier process: everything is to be read again. */
  readonly onReset: () => void;
}

export interface Stream {
  /** Where it goes on: after the last event it had. */
  cursor(): string;
  close(): void;
}

/** A page that was hidden for so long lets go of its connection, ms. */
const HIDDEN_MS = 5000;

/**
 * Follows the server's events. Over HTTP/1.1 a browser gives one host six connections for all of its tabs, and a stream holds one: so
 * only a page that is seen has one. A page that is hidden, or kept for going back, lets go of it and goes on from its cursor when it
 * is seen again; nothing is lost and nothing comes twice.
 */
export const openStream = <T>(options: StreamOptions<T>): Stream => {
  let cursor = options.after;
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const drop = (): void => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const connect = (): void => {
    clearTimeout(timer);
    if (source) return;
    const own = new EventSource(options.path(cursor));
    source = own;
    const moved = (event: MessageEvent<string>): void => {
      cursor = event.lastEventId || cursor;
    };
    own.addEventListener('open', () => options.onOpen?.());
    own.addEventListener('beat', moved);
    own.addEventListener('logs', (event) => {
      moved(event);
      options.onData(JSON.parse(event.data) as T);
    });
    own.addEventListener('reset', () => {
      close();
      options.onReset();
    });
    own.addEventListener('error', () => {
      if (own.readyState !== EventSource.CLOSED) return options.onBroken?.();
      close();
      options.onClosed();
    });
  };
  const onVisibility = (): void => {
    clearTimeout(timer);
    if (document.visibilityState === 'visible') connect();
    else timer = setTimeout(drop, HIDDEN_MS);
  };
  const onShow = (event: PageTransitionEvent): void => {
    if (event.persisted) connect();
  };
  const close = (): void => {
    drop();
    document.removeEventListener('visibilitychange', onVisibility);
    removeEventListener('pagehide', drop);
    removeEventListener('pageshow', onShow);
  };

  document.addEventListener('visibilitychange', onVisibility);
  addEventListener('pagehide', drop);
  addEventListener('pageshow', onShow);
  // A tab opened in the background begins when it is looked at.
  if (document.visibilityState === 'visible') connect();
  return { cursor: () => cursor, close };
};
