/**
 * For tests only: the Web Locks of a simulated browser, as far as the SDK uses them: exclusive, in the order they were asked for.
 * @param soon runs it as a task of that page
 */
export const createSimulatedLocks = <T>(soon: (work: () => void, tab: T) => void) => {
  const held = new Map<string, { tab: T; end: () => void }>();
  const asked: {
    name: string;
    tab: T;
    work: (lock: object | null) => unknown;
    done: (value: unknown) => void;
  }[] = [];
  const grant = (name: string): void => {
    if (held.has(name)) return;
    const next = asked.findIndex((entry) => entry.name === name);
    if (next < 0) return;
    const [{ tab, work, done }] = asked.splice(next, 1) as [(typeof asked)[number]];
    const entry = {
      tab,
      end() {
        if (held.get(name) !== entry) return;
        held.delete(name);
        grant(name);
      },
    };
    held.set(name, entry);
    soon(() => {
      const result = Promise.resolve(work({ name }));
      done(result);
      result.then(entry.end, entry.end);
    }, tab);
  };
  const of = (tab: T): Pick<LockManager, 'request'> => ({
    request: ((name: string, ...rest: unknown[]) =>
      new Promise<unknown>((done) => {
        const work = rest.at(-1) as (lock: object | null) => unknown;
        if (rest.length > 1 && (held.has(name) || asked.some((entry) => entry.name === name)))
          soon(() => done(work(null)), tab);
        else {
          asked.push({ name, tab, work, done });
          grant(name);
        }
      })) as LockManager['request'],
  });
  return {
    /** `navigator.locks` of a page. */
    of,
    /** The page is gone, and with it what it holds and waits for. */
    end(tab: T): void {
      for (let i = asked.length; i--; ) if (asked[i]!.tab === tab) asked.splice(i, 1);
      for (const entry of [...held.values()]) if (entry.tab === tab) entry.end();
    },
  };
};
