import { routeChanged } from '@gander/log-codes/encode';
import { on, whenStopped } from '../page.ts';
import { facts, guard, log, type Signal } from '../running.ts';

interface NavigationApi extends EventTarget {
  readonly currentEntry: unknown;
}

/**
 * Route changes of single-page apps (code 340): that one happened, never where to. By the Navigation API
 * (https://developer.mozilla.org/docs/Web/API/Navigation_API); where there is none, by `popstate` and a wrapped `pushState`.
 */
export const route: Signal = () => {
  let routes = 0;
  let toldIn: number | undefined;
  // The log of this start: a `pushState` that others have wrapped since stays, and must not speak for a later one.
  const tell = log;
  const changed = guard<unknown>(() => {
    const visit = facts.visits?.secret();
    // What a page does at each key of a field would count them.
    if (visit && visit.since === toldIn) return;
    toldIn = visit?.since;
    tell(routeChanged({ route_no: ++routes }));
  });
  const { navigation } = window as { navigation?: Partial<NavigationApi> & EventTarget };
  // Else it is the page's own: a variable, or before there was such an API an element of that id.
  if (navigation?.currentEntry)
    on<Event & { navigationType?: string }>(navigation, 'currententrychange', ({ navigationType }) => {
      if (navigationType && navigationType !== 'replace') changed(0);
    });
  else {
    on(window, 'popstate', changed);
    const { pushState } = history;
    const wrapped: typeof pushState = function (this: History, ...state) {
      pushState.apply(this, state);
      changed(0);
    };
    history.pushState = wrapped;
    whenStopped(() => {
      if (history.pushState === wrapped) history.pushState = pushState;
    });
  }
};
