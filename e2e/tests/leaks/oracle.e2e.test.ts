import { createHash } from 'node:crypto';
import { encodeFrame, encodeLog } from '@gander/log-codes/encode';
import { describe, expect, test } from 'vitest';
import { createCanaries, disguises, KINDS } from './canaries.ts';
import { leaksIn, outletsOfBody, outletsOfStorage } from './oracle.ts';

const PAN = '4929418730156233';
const digest = (algorithm: string) => createHash(algorithm).update(PAN).digest();
const frameOf = (labels: string[], args: readonly number[]): string => {
  const bytes: number[] = [];
  for (const arg of args) encodeLog(bytes, [262, arg], 1, labels);
  const header = { batchSeq: 0, firstLogSeq: 0, baseTimeMs: 1, sentAfterMs: 1, transactionType: 1 };
  return Buffer.from(encodeFrame(header, labels, bytes, args.length)).toString('base64url');
};

/** A search that finds nothing proves nothing: each way a canary could hide is found. */
describe('the search for canaries finds one', () => {
  const base64 = (text: string, before: string) => Buffer.from(before + text + before).toString('base64');
  test.each<[string, string]>([
    ['as it is', `x=${PAN}&y`],
    ['reversed', [...PAN].reverse().join('')],
    ['in groups', PAN.match(/.{4}/g)!.join('-')],
    ['digit by digit', [...PAN].join(',')],
    ['in part', PAN.slice(6, 13)],
    ['in hex', Buffer.from(PAN).toString('hex')],
    ['in base64', base64(PAN, '')],
    ['in base64 after one byte', base64(PAN, 'a')],
    ['in base64 after two bytes', base64(PAN, 'ab')],
    ['as md5', digest('md5').toString('hex')],
    ['as sha1', digest('sha1').toString('base64')],
    ['as sha256', digest('sha256').toString('hex').slice(0, 16)],
  ])('%s', (_, text) => {
    expect(leaksIn([{ where: 'POST body', text }], [PAN])).not.toEqual([]);
  });

  test.each(disguises(PAN))('that was entered as %s and goes out plain', (entered) => {
    expect(leaksIn([{ where: 'POST body', text: PAN }], [entered])).not.toEqual([]);
  });

  test('in a label, in the small numbers of a frame, and in a stored frame', () => {
    const label = frameOf(['p-4929-41'], [1]);
    const numbers = frameOf([], [...PAN].map(Number));
    expect(leaksIn(outletsOfBody('POST', `G1.t.${label}`), [PAN])).not.toEqual([]);
    expect(leaksIn(outletsOfBody('POST', `G1.t.${numbers}`), [PAN])).not.toEqual([]);
    expect(leaksIn(outletsOfStorage([numbers]), [PAN])).not.toEqual([]);
  });

  test('and none where there is none', () => {
    const canaries = createCanaries(1);
    const all = KINDS.flatMap((kind) => Array.from({ length: 50 }, () => canaries.next(kind)));
    const innocent = frameOf(['checkout/payment'], [10, 200, 3_000, 40_000]);
    expect(leaksIn(outletsOfBody('POST', `G1.QQQQ.${innocent}`), all)).toEqual([]);
  });
});
