import { ConfigError } from '@gander/collector';
import { QueryError } from '@gander/collector/lake';
import { describe, expect, it } from 'vitest';
import { failureText } from './fail.ts';

describe('what is told of an error that ends a command', () => {
  it.each([
    ['the configuration', new ConfigError('port must be …')],
    ['a query', new QueryError('failed', 'it failed')],
    ['the system', Object.assign(new Error("no such file, open '/nope'"), { code: 'ENOENT' })],
    ['the database', Object.assign(new Error('password authentication failed'), { code: '28P01' })],
    ['AWS', Object.assign(new Error('Access Denied'), { $metadata: { httpStatusCode: 403 } })],
    ['credentials', Object.assign(new Error('Could not load'), { name: 'CredentialsProviderError' })],
  ])('is a sentence where it is of %s', (_, error) => {
    expect(failureText(error)).toBe(error.message);
  });

  it('is what each address of a host said, where the error of all says nothing', () => {
    const refused = ['::1', '127.0.0.1'].map((at) => new Error(`connect ECONNREFUSED ${at}:5432`));
    const all = Object.assign(new AggregateError(refused, ''), { code: 'ECONNREFUSED' });
    expect(failureText(all)).toBe('connect ECONNREFUSED ::1:5432, connect ECONNREFUSED 127.0.0.1:5432');
  });

  it('is the stack of a mistake of ours', () => {
    const error = new TypeError('x is not a function');
    expect(failureText(error)).toBe(error.stack);
    const wrong = Object.assign(new TypeError('bad argument'), { code: 'ERR_INVALID_ARG_TYPE' });
    expect(failureText(wrong)).toBe(wrong.stack);
  });
});
