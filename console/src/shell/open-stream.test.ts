// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openStream } from './open-stream.ts';

class FakeSource extends EventTarget {
  static all: FakeSource[] = [];
  static readonly CLOSED = 2;
  readyState = 1;
  readonly url: string;
  constructor(url: string) {
    super();
    this.url = url;
    FakeSource.all.push(this);
  }
  close(): void {
    this.readyState = FakeSource.CLOSED;
  }
  send(name: string, id: string, data: unknown = {}): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data), lastEventId: id }));
  }
}

let seen: DocumentVisibilityState = 'visible';
const show = (state: DocumentVisibilityState): void => {
  seen = state;
  document.dispatchEvent(new Event('visibilitychange'));
};
const open = () => {
  const told: unknown[] = [];
  const stream = openStream<unknown>({
    path: (after) => `/stream?after=${after}`,
    after: 'b.1',
    onData: (data) => told.push(data),
    onBroken: () => told.push('broken'),
    onClosed: () => told.push('closed'),
    onReset: () => told.push('reset'),
  });
  return { stream, told };
};
const openOnes = (): string[] => FakeSource.all.filter((s) => s.readyState !== 2).map((s) => s.url);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', FakeSource);
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => seen);
  FakeSource.all = [];
  seen = 'visible';
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('lets go of its connection while nobody sees the page, and goes on from its cursor', () => {
  const { stream, told } = open();
  FakeSource.all[0]!.send('logs', 'b.5', { n: 5 });
  FakeSource.all[0]!.send('beat', 'b.7');
  show('hidden');
  vi.advanceTimersByTime(4999);
  expect(openOnes()).toEqual(['/stream?after=b.1']);
  vi.advanceTimersByTime(1);
  expect(openOnes()).toEqual([]);
  show('visible');
  show('visible');
  expect(openOnes()).toEqual(['/stream?after=b.7']);
  expect([told, stream.cursor()]).toEqual([[{ n: 5 }], 'b.7']);
  stream.close();
  show('hidden');
  show('visible');
  expect(openOnes()).toEqual([]);
});

it('keeps its connection over a short look elsewhere', () => {
  const { stream } = open();
  show('hidden');
  vi.advanceTimersByTime(3000);
  show('visible');
  vi.advanceTimersByTime(10_000);
  expect([FakeSource.all.length, openOnes().length]).toEqual([1, 1]);
  stream.close();
});

it('takes no connection for a page that is opened in the background, until it is looked at', () => {
  seen = 'hidden';
  const { stream, told } = open();
  vi.advanceTimersByTime(60_000);
  expect(FakeSource.all).toEqual([]);
  show('visible');
  expect(openOnes()).toEqual(['/stream?after=b.1']);
  FakeSource.all[0]!.send('logs', 'b.2', { n: 2 });
  expect(told).toEqual([{ n: 2 }]);
  stream.close();
});

it('ends with a page that the browser keeps for going back, and begins again with it', () => {
  const { stream } = open();
  FakeSource.all[0]!.send('beat', 'b.9');
  dispatchEvent(new Event('pagehide'));
  expect(openOnes()).toEqual([]);
  dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  expect(openOnes()).toEqual(['/stream?after=b.9']);
  stream.close();
});

it('tells a break from an end, and a cursor that is too old', () => {
  const { told } = open();
  FakeSource.all[0]!.dispatchEvent(new Event('error'));
  FakeSource.all[0]!.readyState = 2;
  FakeSource.all[0]!.dispatchEvent(new Event('error'));
  const second = open();
  FakeSource.all.at(-1)!.send('reset', '');
  expect([told, second.told, openOnes()]).toEqual([['broken', 'closed'], ['reset'], []]);
});
