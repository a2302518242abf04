import type { Journal } from '../journal/journal.ts';

/**
 * For measurements: appends batches of many sessions at once, a number after the other.
 * @param frameOf the frame with this batch number, the same for all sessions
 */
export const fillJournal = async (
  journal: Pick<Journal, 'append'>,
  { batches, sessions }: { readonly batches: number; readonly sessions: number },
  frameOf: (batchSeq: number) => Uint8Array,
): Promise<void> => {
  for (let seq = 0; seq < batches / sessions; seq++) {
    const frame = frameOf(seq);
    await Promise.all(
      Array.from({ length: sessions }, (_, i) =>
        journal.append({
          merchant: '00112233445566aa',
          session: i.toString(16).padStart(32, '0'),
          transaction: `order_${i}`,
          assurance: 1,
          late: false,
          receivedMs: Date.now(),
          frame,
        }),
      ),
    );
  }
};
