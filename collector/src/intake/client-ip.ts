import { isIPv6 } from 'node:net';

/**
 * The address that limits count by. Of `X-Forwarded-For` only what our own proxies wrote is believed: the entry `hops` from the
 * right; anything further left is the client's word.
 * @param hops how many proxies of ours stand in front
 */
export const clientIp = (socket: string | undefined, forwarded: string | undefined, hops: number): string => {
  const chain = hops > 0 && forwarded !== undefined ? forwarded.split(',') : [];
  const claimed = chain[chain.length - hops]?.trim();
  return limitKey((claimed && claimed.length <= 45 ? claimed : socket) ?? '');
};

/** IPv6 by its /64, which is what one customer gets; IPv4 in IPv6 as IPv4. */
const limitKey = (address: string): string => {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((g) => g.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':')}::/64`;
};
