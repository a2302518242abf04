import { routeChanged } from '@gander/log-codes/encode';
import type { Context } from './context.ts';

interface NavigationApi extends EventTarget {
  readonly currentEntry: unknown;
}

/**
 * Route changes of single-page apps (code 340): that one happened, never where to. By the Navigation API
 * (https://developer.mozilla.org/docs/Web/API/Navigation_API); where there is none, by `popstate` and a wrapped `pushState`.
 */
export const captureRoute = ({ page, log, guard }: Context): void => {
  let routes = 0;
  const changed = guard<unknown>(() => log(routeChanged({ route_no: ++routes })));
  const { navigation } = window as { navigation?: NavigationApi };
  if (navigation)
    page.on<Event & { navigationType?: string }>(navigation, 'currententrychange', ({ navigationType }) => {
      if (navigationType && navigationType !== 'replace') changed(0);
    });
  else {
    page.on(window, 'popstate', changed);
    const { pushState } = history;
    history.pushState = function (...state) {
      pushState.apply(this, state);
      changed(0);
    };
  }
};
