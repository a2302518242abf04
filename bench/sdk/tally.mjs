/** Codes by which the SDK owns up to logs that are gone. */
const REFUSED = 503;
const LOGS_DROPPED = 510;
const STEP = 103;

/**
 * What a collector that drops repeated batches would have stored of a page's visits, against what the page made.
 * @param {import('./stub-collector.mjs').Visitor} visitor
 * @param {readonly string[]} marks labels of the steps that were made, each once
 */
export const tallyOf = ({ batches, undecodable }, marks) => {
  const sessions = new Map();
  const seen = new Map();
  let resent = 0;
  let reported = 0;
  for (const { session, frame } of batches) {
    let logs = sessions.get(session);
    if (!logs) {
      logs = { batches: new Set(), seqs: new Map() };
      sessions.set(session, logs);
    }
    if (logs.batches.has(frame.batchSeq)) {
      resent++;
      continue;
    }
    logs.batches.add(frame.batchSeq);
    for (const { code, seq, attributes } of frame.logs) {
      logs.seqs.set(seq, (logs.seqs.get(seq) ?? 0) + 1);
      if (code === LOGS_DROPPED || code === REFUSED) reported += attributes.count ?? 0;
      if (code === STEP) seen.set(attributes.step, (seen.get(attributes.step) ?? 0) + 1);
    }
  }
  let holes = 0;
  let duplicates = 0;
  for (const { seqs } of sessions.values()) {
    const last = Math.max(...seqs.keys());
    holes += last + 1 - seqs.size;
    for (const times of seqs.values()) duplicates += times - 1;
  }
  for (const mark of marks) duplicates += Math.max(0, (seen.get(mark) ?? 0) - 1);
  return {
    arrived: marks.filter((mark) => seen.has(mark)).length,
    missing: marks.filter((mark) => !seen.has(mark)),
    duplicates,
    holes,
    unreported: Math.max(0, holes - reported),
    resent,
    undecodable,
    sessions: sessions.size,
  };
};
