import { expect, it } from 'vitest';
import { fold } from './fold.ts';
import { CODE_WORDS, OTHER_WORDS, SECRET_WORDS, VAGUE_WORDS } from './words.ts';

it.each([
  ['billing_cardNumber', ';billing card number;'],
  ['Prüf-Nr. *', ';pruf nr;'],
  ['ＣＶＶ', ';cvv;'],
  ['Номер карты', ';номер карты;'],
  ['パスワード', ';パスワード;'],
  ['비밀번호', ';비밀번호;'],
  ['  ', ';;'],
])('folds %s', (text, folded) => expect(fold(text)).toBe(folded));

it('looks at no more than the beginning', () => {
  expect(fold('a'.repeat(70_000))).toHaveLength(162);
});

it('matches 64 KiB of anything in linear time: a slower expression would not come to an end here', () => {
  const rows = [...SECRET_WORDS, ...OTHER_WORDS, ...VAGUE_WORDS];
  for (const unit of [
    'a',
    'veri',
    'code',
    'coun',
    'holder',
    'sms ',
    'secur',
    ';mm ',
    'code d',
    'card ',
    'verif val ',
    'é1 ',
    '卡',
    'passw',
    ';pass',
    'birth',
  ]) {
    const text = `;${unit.repeat(Math.ceil(65_536 / unit.length))}email;`;
    for (const [words] of rows) words.test(text);
    CODE_WORDS.test(text);
  }
});
