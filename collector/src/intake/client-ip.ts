/**
 * The address that limits count by. Of `X-Forwarded-For` only what our own proxies wrote is believed: the entry `hops` from the
 * right; anything further left is the client's word.
 * @param hops how many proxies of ours stand in front
 */
export const clientIp = (socket: string | undefined, forwarded: string | undefined, hops: number): string => {
  const chain = hops > 0 && forwarded !== undefined ? forwarded.split(',') : [];
  const claimed = chain[chain.length - hops]?.trim();
  return limitKey((claimed && claimed.length <= MAX_ENTRY ? claimed : socket) ?? '');
};

/** The longest address, in brackets, with a port: some proxies write one, and each connection of a client has another. */
const MAX_ENTRY = 45 + '[]:65535'.length;

/** IPv6 by its /64, which is what one customer gets; IPv4 in IPv6 as IPv4; neither with a port. */
const limitKey = (entry: string): string => {
  if (!entry.includes(':')) return entry;
  const mapped = MAPPED.exec(entry)?.[1];
  if (mapped) return mapped;
  const address = WITH_PORT.exec(entry)?.slice(1).find(Boolean) ?? entry;
  const url = `http://[${address.replace(/%.*$/, '')}]`;
  if (!URL.canParse(url)) return address;
  // In the one form of https://url.spec.whatwg.org/#concept-ipv6-serializer: compressed, lower case, IPv4 as two groups.
  const canonical = new URL(url).hostname.slice(1, -1);
  const four = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(canonical)?.slice(1);
  if (four) return four.flatMap((g) => [Number.parseInt(g, 16) >> 8, Number.parseInt(g, 16) & 255]).join('.');
  const [head = '', tail] = canonical.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${groups.slice(0, 4).join(':')}::/64`;
};
/** As the sockets of a server tell it that listens on both; the usual one, and so the quick way. */
const MAPPED = /^::ffff:([0-9.]+)$/i;
const WITH_PORT = /^(?:\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/;
