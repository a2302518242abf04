import { expect, it } from 'vitest';
import { clientIp } from './client-ip.ts';

it('#18 believes of X-Forwarded-For only what our own proxies wrote', () => {
  const forged = '6.6.6.6, 7.7.7.7, 203.0.113.9';
  expect(clientIp('10.0.0.1', forged, 0)).toBe('10.0.0.1');
  expect(clientIp('10.0.0.1', forged, 1)).toBe('203.0.113.9');
  expect(clientIp('10.0.0.1', forged, 2)).toBe('7.7.7.7');
  expect(clientIp('10.0.0.1', '203.0.113.9', 2)).toBe('10.0.0.1');
  expect(clientIp('10.0.0.1', undefined, 1)).toBe('10.0.0.1');
  expect(clientIp('10.0.0.1', `${'x'.repeat(9_000)}`, 1)).toBe('10.0.0.1');
  expect(clientIp(undefined, undefined, 0)).toBe('');
});

it('counts IPv6 by its /64, however it is written', () => {
  const same = ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::9', '2001:0DB8:0001:0002::', '2001:db8:1:2:0:0:0:1'];
  expect(new Set(same.map((ip) => clientIp(ip, undefined, 0)))).toEqual(new Set(['2001:db8:1:2::/64']));
  expect(clientIp('::1', undefined, 0)).toBe('0:0:0:0::/64');
  expect(clientIp('::ffff:192.0.2.1', undefined, 0)).toBe('192.0.2.1');
  expect(clientIp('2001:db8:1:3::9', undefined, 0)).not.toBe('2001:db8:1:2::/64');
});

it('counts an address by itself, whatever port a proxy writes beside it', () => {
  const of = (entry: string) => clientIp('10.0.0.1', entry, 1);
  expect(new Set(['203.0.113.9', '203.0.113.9:40001', '203.0.113.9:40002'].map(of))).toEqual(
    new Set(['203.0.113.9']),
  );
  const six = [
    '2001:db8:1:2::9',
    '[2001:db8:1:2::9]',
    '[2001:db8:1:2::9]:40001',
    '[2001:db8:1:2:aaaa:bbbb:cccc:dddd]:65535',
  ];
  expect(new Set(six.map(of))).toEqual(new Set(['2001:db8:1:2::/64']));
});

it('counts IPv4 in IPv6 as IPv4, however it is written', () => {
  const same = ['::ffff:192.0.2.1', '::FFFF:c000:201', '0:0:0:0:0:ffff:192.0.2.1', '[::ffff:192.0.2.1]:443'];
  expect(same.map((ip) => clientIp(ip, undefined, 0))).toEqual(same.map(() => '192.0.2.1'));
  expect(clientIp('fe80::1%eth0', undefined, 0)).toBe('fe80:0:0:0::/64');
  for (const odd of ['::gggg', 'unknown', '_hidden:1', '[', '1.2.3.4:x', ':', '[]:1'])
    expect(clientIp('10.0.0.1', odd, 1)).toBe(odd);
});
