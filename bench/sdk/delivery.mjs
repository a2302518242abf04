// What arrives, once and only once, when pages, tabs, renderers, browsers and collectors die: trials in real browsers.
import { setTimeout as wait } from 'node:timers/promises';
import { startShop } from './checkout-page.mjs';
import { CONTESTANTS, GANDER, scriptOf } from './contestants.mjs';
import { engineOf } from './engines/engine.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { startStubCollector } from './stub-collector.mjs';
import { bar, figure, median, printReport, writeData } from './table.mjs';
import { tallyOf } from './tally.mjs';

const TRIALS = 60;
/**
 * Logs with labels of their own that each trial makes, and ms between them. Their number differs from trial to trial by up to 1.2 s, so that
 * the end comes at any moment between two writes to the outbox.
 */
const MARKS = 30;
const MARKS_MORE = 12;
const MARK_MS = 100;
/** How long the end of a visit has, and then the next visit, until what has not come counts as lost. */
const AT_ONCE_MS = 2_500;
const NEXT_VISIT_MS = 12_000;
const STAYS_MS = 45_000;
/** A busy machine may fail to start a browser, but not ever so often. */
const MAX_UNPLAYED = 10;

/** Makes the marks, and says when each was made, ms since 1970. @param {readonly string[]} marks */
const makeMarks = (marks) => `(async () => {
  const times = [];
  for (const label of ${JSON.stringify(marks)}) {
    await new Promise((resolve) => setTimeout(resolve, ${MARK_MS}));
    window.gander.step(label);
    times.push(Date.now());
  }
  return times;
})()`;

const until = async (isSo, ms) => {
  for (const end = Date.now() + ms; Date.now() < end; await wait(50)) if (isSo()) return true;
  return isSo();
};

/** Prints the table. @param {{ trials?: number, scenarios?: string, engine?: string, command: string }} options */
export const delivery = async ({
  trials = TRIALS,
  scenarios: wanted,
  engine: engineName = 'chromium',
  command,
}) => {
  const engine = await engineOf(engineName);
  const names = wanted?.split(',');
  const scenarios = SCENARIOS.filter(({ name }) =>
    names ? names.includes(name) : !engine.cannot.includes(name),
  );
  const collector = await startStubCollector();
  const gander = CONTESTANTS.find(({ id }) => id === GANDER);
  const page = { script: await scriptOf(gander), attributes: gander.attributes(collector.url) };
  const shop = await startShop(() => page);
  const stage = { engine, collector, shop, browser: undefined };
  let unplayed = 0;
  const results = [];
  for (const scenario of scenarios) {
    const done = [];
    while (done.length < trials) {
      // Those of a group end together: they have as many marks.
      const more = Math.floor(done.length / engine.parallel) % MARKS_MORE;
      const marks = Array.from({ length: MARKS + more }, (_, i) => `mark-${i}`);
      const hosts = Array.from(
        { length: Math.min(engine.parallel, trials - done.length) },
        (_, i) => `${scenario.name}-${unplayed}-${done.length + i}.localhost`,
      );
      const played = await playGroup(scenario, hosts, marks, stage);
      if (!played.length && ++unplayed > MAX_UNPLAYED) throw new Error('too many groups could not be played');
      done.push(...played);
      console.log(
        `  ${scenario.name}: ${done.length} of ${trials}, lost ${sum(done, 'lost')}, duplicated ${sum(done, 'duplicates')}, holes ${sum(done, 'unreported')}`,
      );
    }
    results.push({ scenario, done });
    writeData(nameOf(engineName), command, dataOf(results));
  }
  await endBrowser(stage);
  report(results, engineName, command);
  collector.close();
  shop.close();
};

/** Plays one scenario on several pages of one browser, each an origin of its own. */
const playGroup = async (scenario, hosts, marks, stage) => {
  const { engine, collector, shop } = stage;
  // A browser that the scenario spares is used again.
  stage.browser ??= await engine.start();
  const { browser } = stage;
  try {
    const group = await Promise.all(
      hosts.map(async (host) => {
        const visitor = collector.of(host);
        if (scenario.downFromStart) visitor.mode = '503';
        const page = await browser.open(shop.urlOf(host));
        return { host, visitor, page, elsewhere: shop.urlOf(host, '/elsewhere') };
      }),
    );
    const opened = ({ visitor }) =>
      scenario.downFromStart ? visitor.refused > 0 : visitor.batches.length > 0;
    await Promise.all(group.map((trial) => until(() => opened(trial), 15_000)));
    await Promise.all(group.map((trial) => scenario.before?.(trial)));
    await Promise.all(
      group.map(async (trial) => {
        trial.times = await trial.page.evaluate(makeMarks(marks));
      }),
    );
    for (const trial of group) trial.endedAt = Date.now();
    await scenario.endAll?.(browser);
    await Promise.all(group.map((trial) => scenario.end?.(trial)));
    const isComplete = ({ visitor }) => tallyOf(visitor, marks).arrived === marks.length;
    await until(() => group.every(isComplete), scenario.stays ? STAYS_MS : AT_ONCE_MS);
    for (const trial of group) trial.atOnce = tallyOf(trial.visitor, marks).arrived;
    if (!scenario.stays) {
      for (const trial of group) await scenario.heal?.(trial);
      if (scenario.restart) stage.browser = await engine.start(browser.profile);
      const pages = await Promise.all(group.map(({ host }) => stage.browser.open(shop.urlOf(host))));
      await until(() => group.every(isComplete), NEXT_VISIT_MS);
      // Whatever would come twice comes now.
      await wait(1_500);
      for (const page of pages) await page.close();
    }
    if (!scenario.end || scenario.stays) for (const { page } of group) await page.close().catch(() => {});
    return group.map((trial) => resultOf(trial, marks));
  } catch (error) {
    console.log(`  ${scenario.name}: a group could not be played: ${error.message}`);
    await endBrowser(stage);
    return [];
  } finally {
    if (scenario.restart || scenario.endAll) await endBrowser(stage);
  }
};

const endBrowser = async (stage) => {
  await stage.browser?.remove().catch(() => {});
  stage.browser = undefined;
};

const resultOf = ({ host, visitor, times, endedAt, atOnce }, marks) => {
  const { missing, ...tally } = tallyOf(visitor, marks);
  const ages = missing.map((label) => endedAt - times[marks.indexOf(label)]);
  return {
    host,
    made: marks.length,
    atOnce,
    lost: missing.length,
    oldestLostMs: Math.max(0, ...ages),
    lostBeforeLastSecond: ages.filter((age) => age > 1_000).length,
    ...tally,
  };
};

const sum = (results, what) => results.reduce((total, result) => total + result[what], 0);

const nameOf = (engineName) => (engineName === 'chromium' ? 'delivery' : `delivery-${engineName}`);
const dataOf = (results) => results.map(({ scenario, done }) => ({ scenario: scenario.name, trials: done }));

const report = (results, engineName, command) => {
  const rows = results.map(({ scenario, done }) => {
    const made = sum(done, 'made');
    const counted = scenario.bar === 'all' ? 'lost' : 'lostBeforeLastSecond';
    const met = sum(done, counted) + sum(done, 'duplicates') + sum(done, 'unreported') === 0;
    return { scenario, done, made, met };
  });
  printReport({
    name: nameOf(engineName),
    command,
    head: [
      'scenario',
      'trials',
      'at once, %',
      'in the end, %',
      'lost',
      'of them older than 1 s',
      'oldest lost, ms',
      'duplicated',
      'holes unreported',
      'batches sent again',
    ],
    rows: rows.map(({ scenario, done, made }) => [
      scenario.name,
      figure(done.length),
      figure((100 * sum(done, 'atOnce')) / made, 1),
      figure((100 * sum(done, 'arrived')) / made, 2),
      figure(sum(done, 'lost')),
      figure(sum(done, 'lostBeforeLastSecond')),
      figure(Math.max(...done.map((d) => d.oldestLostMs))),
      figure(sum(done, 'duplicates')),
      figure(sum(done, 'unreported')),
      figure(sum(done, 'resent')),
    ]),
    notes: [
      `${engineName}; ${MARKS} to ${MARKS + MARKS_MORE - 1} logs a trial, ${MARK_MS} ms apart, the end right after the last; sessions a trial, median: ${figure(median(results.flatMap(({ done }) => done.map((d) => d.sessions))))}`,
      ...rows.map(({ scenario, met }) =>
        bar(
          `${scenario.name}: ${scenario.bar === 'all' ? '100 %' : 'all but the last second'}, no duplicate, no hole unreported`,
          met,
        ),
      ),
    ],
    data: dataOf(results),
  });
};
