import { autofilled, blur, focus, inhumanCadence, silentChange, typed } from '@gander/log-codes/encode';
import type { FieldInfo } from '../mask/create-field-classifier.ts';
import { isSameSecret } from '../mask/is-same-secret.ts';
import { now } from '../natives.ts';
import { listen, watch } from '../page.ts';
import { facts, later, log, logNow, ms, type Signal, standStill } from '../running.ts';
import { gapsOf, MAX_RECORD, oddityOf, summarise, timesOf, uniformityOf } from './cadence.ts';
import { matchesMedia } from './environment.ts';
import { fields } from './fields.ts';
import { fieldOf, focused, isAsked, isField, via } from './targets.ts';
import { listenToKeys } from './typing.ts';
import { TYPED, type Visit } from './visit.ts';

/** What is remembered of a field between visits. */
interface Memory {
  visits: number;
  filled: boolean | undefined;
  /** When it was last looked at. */
  at: number;
  /** Whether a person entered anything. */
  touched?: boolean;
}

/** Value of `fill_source`. */
export const UNSEEN = 2;

/** So long after a box of a secret was left, the visit goes on in the next one. */
export const HELD_MS = 1_000;

/** Duration of a visit in the eight steps of `time_bucket`: up to 0.5, 1, 2, 4, 8, 16, 32 s, longer. */
const bucketOf = (duration: number): number => Math.min(7, Math.max(0, Math.ceil(Math.log2(duration / 500))));

/**
 * A rhythm as one number, 0 for one too short: ten gaps to the millisecond do not come twice by chance (`cadence_oddity` 4). Of a rhythm
 * nothing else is kept, and this never leaves the file: a hundred of them in full would be 50 KiB.
 */
const rhythmOf = (presses: Float64Array): number =>
  presses.length < 10 ? 0 : gapsOf(presses).reduce((hash, gap) => (hash * 31 + Math.round(gap)) | 0, 0);

/** Rhythms that are remembered. */
const MAX_RHYTHMS = 100;

/**
 * Focus, blur and what happened between them (codes 200, 201, 210, 402, 404). What is said of a secret field is made here, once, from
 * its class at the end of the visit: a method and a few coarse steps.
 */
export const fieldVisits: Signal = () => {
  const memories = new WeakMap<Element, Memory>();
  const rhythms = new Set<number>();
  const visit: Visit = {
    info: undefined,
    element: undefined,
    leftAt: 0,
    since: 0,
    still: false,
    focusedAt: 0,
    method: 0,
    touched: false,
    deletions: 0,
    record: [],
    room: 0,
    untimed: 0,
  };
  /** The secret that was visited last, by its first box. */
  let lastSecret: FieldInfo | undefined;
  const memoryOf = (element: Element): Memory => {
    let memory = memories.get(element);
    if (!memory) {
      memory = { visits: 0, filled: undefined, at: 0 };
      memories.set(element, memory);
    }
    return memory;
  };
  /** Whether the field is filled is remembered; that it changed with no event to explain it is told. */
  const look = ({ element, field, field_no }: FieldInfo, explained: boolean): Memory => {
    const memory = memoryOf(element);
    const filled = fields().isFilled(element);
    // A page that empties a field, after a wrong code or by `reset`, does what pages do; and so does one that fills it where a person pressed something since: calendars, masks.
    if (!explained && memory.filled === false && filled)
      log(
        isAsked(memory.at)
          ? autofilled({ field, field_no, fill_source: UNSEEN, fields: 1 })
          : silentChange({ field, field_no }),
      );
    memory.filled = filled;
    memory.at = now();
    return memory;
  };

  /** @param typing begins with what was just entered */
  const begin = (element: Element, focusedAt: number, typing = false): void => {
    const first = visit.info;
    const info = fields().look(element, first);
    // Told twice when it moves into a shadow tree; and the boxes of one secret are one field.
    if (first && (visit.element === element || isSameSecret(first, info))) {
      look(fields().of(visit.element!), true);
      look(info, true);
      visit.element = element;
      visit.leftAt = 0;
      if (info.rank > 2) visit.room = 0;
      return;
    }
    end();
    const { field, field_no, rank } = info;
    if (rank > 1) lastSecret = info;
    log(focus({ field, field_no, visit: ++memoryOf(element).visits, via: via() }));
    look(info, typing);
    visit.info = info;
    visit.element = element;
    visit.since = logNow();
    visit.still = visit.since > now();
    visit.focusedAt = focusedAt;
    visit.touched = false;
    visit.method = visit.deletions = visit.untimed = visit.record.length = 0;
    visit.room = rank > 2 ? 0 : MAX_RECORD;
  };

  /** With the time it is held, so that it is the same whenever the visit ends. */
  const still = (): number => standStill(visit.since, visit.leftAt ? visit.leftAt + HELD_MS : logNow());

  const end = (): void => {
    const { info } = visit;
    if (!info) return;
    try {
      // Looked at again: what became worse in between decides.
      tell(fields().look(info.element));
    } finally {
      // Not before all is told: where Firefox stops the script of a page that is left (see unload.ts) this is passed over, and it is told once more.
      visit.info = visit.element = undefined;
      visit.room = visit.leftAt = 0;
    }
  };

  const tell = (info: FieldInfo): void => {
    const { field, field_no, rank } = info;
    const { method, deletions, focusedAt, room } = visit;
    const lasted = visit.still ? () => undefined : ms;
    const times = timesOf(visit.record);
    const { presses } = times;
    const keys = presses.length + visit.untimed;
    const touched = visit.touched || keys > 0;
    // Of a field that was taken out of the page Firefox tells nothing: the last key was the last of it.
    let until = visit.leftAt || (visit.element!.isConnected ? now() : facts.keyAt);
    // No room: a field, or a box among them, that no rhythm is told of.
    if (rank > 2 || !room) until = still();
    look(fields().of(visit.element!), touched).touched ||= touched;
    const duration_ms = lasted(until - visit.since);
    const secret = rank > 1;
    // Card number, expiry and bank account: secrets whose rhythm may be named in four steps.
    const summary = rank === 2;
    let oddity = 0;
    let rhythm = 0;
    let uniformity: number | undefined;
    if (presses.length && rank < 3) {
      const cadence = summarise(times);
      if (secret) {
        uniformity = uniformityOf(cadence);
        // Says no more than the bucket does.
        oddity = uniformity === 3 ? 1 : 0;
      } else {
        const soft = matchesMedia('(pointer:coarse)');
        rhythm = rhythmOf(presses);
        oddity = oddityOf(cadence, soft) || (rhythms.has(rhythm) ? 4 : 0);
        log(
          typed({
            field,
            field_no,
            duration_ms: lasted(presses.at(-1)! - presses[0]!),
            keys: rank ? undefined : keys,
            corrections: deletions,
            first_key_ms: lasted(presses[0]! - focusedAt),
            pauses: cadence.pauses,
            dwell_p10_ms: cadence.dwell_p10_ms,
            dwell_p50_ms: cadence.dwell_p50_ms,
            dwell_p90_ms: cadence.dwell_p90_ms,
            flight_p10_ms: cadence.flight_p10_ms,
            flight_p50_ms: cadence.flight_p50_ms,
            flight_p90_ms: cadence.flight_p90_ms,
            dwell_cv_pct: cadence.dwell_cv_pct,
            flight_cv_pct: cadence.flight_cv_pct,
            flight_autocorr_pct: cadence.flight_autocorr_pct,
            overlap_pct: cadence.overlap_pct,
            distinct_pct: cadence.distinct_pct,
            clock_step_us: cadence.clock_step_us,
            soft_keyboard: soft ? 1 : undefined,
          }),
        );
      }
    }
    log(
      blur({
        field,
        field_no,
        visit: memoryOf(info.element).visits,
        method: Math.max(method, keys ? TYPED : 0),
        duration_ms: secret ? undefined : duration_ms,
        time_bucket: secret && duration_ms !== undefined ? bucketOf(duration_ms) : undefined,
        uniformity,
        corrections: secret ? (summary ? Math.min(2, deletions) : undefined) : undefined,
      }),
    );
    if (oddity) log(inhumanCadence({ field, field_no, cadence_oddity: oddity }));
    if (rhythm && rhythms.size < MAX_RHYTHMS) rhythms.add(rhythm);
  };

  listen<FocusEvent>('focusin', (event) => {
    // All the trees it is in: what moves within one of them is heard in none around it.
    for (const node of event.composedPath() as Node[]) if (node.nodeType > 8) watch(node);
    const element = fieldOf(event);
    // A button that has it may give it back: a pad whose buttons enter a PIN.
    if (element) begin(element, event.timeStamp);
  });
  listen('focusout', () => {
    if (!visit.info || visit.info.rank < 2) return end();
    const leftAt = now();
    visit.leftAt = leftAt;
    // What comes before the visit's end, as when a person goes to another window, tells no more than the end will.
    if (!visit.room) still();
    later(() => visit.leftAt === leftAt && end(), HELD_MS);
  });
  facts.summaries.push(() => visit.leftAt && end());
  listenToKeys(visit, begin, end);
  // A field that had the focus before the script arrived.
  const element = focused();
  if (element && isField(element)) begin(element, now());

  const isBox = (element: Element): boolean =>
    !!lastSecret && isSameSecret(lastSecret, fields().look(element, lastSecret));
  const at = (element: Element): Visit | undefined =>
    visit.info && (visit.element === element || (visit.info === lastSecret && isBox(element)))
      ? visit
      : undefined;
  facts.visits = {
    at,
    knows: (element) => memories.has(element) || isBox(element),
    touched(element) {
      const there = at(element);
      return !!(
        there?.touched ||
        there?.untimed ||
        there?.record.includes(0) ||
        memories.get(element)?.touched
      );
    },
    filledBy(element, method) {
      if (at(element)) {
        visit.touched = true;
        visit.method = Math.max(visit.method, method);
      } else memoryOf(element).filled = true;
    },
    secret: () => (visit.info?.rank ? visit : undefined),
    end,
  };
};
