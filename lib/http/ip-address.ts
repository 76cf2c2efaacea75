import ipaddr from 'ipaddr.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;
export type Cidr = readonly [IpAddress, number];

/** Length of the IPv6 prefix that counts as one client: what providers hand to one customer. */
const IPV6_CLIENT_PREFIX = 64;
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
const IPV6_LOOPBACK = ipaddr.IPv6.parse('::1');

/**
 * Reads an address in any notation into one canonical form: zone ids dropped, IPv4 inside IPv6
 * (mapped, or NAT64's well-known prefix) as IPv4, and `::1` as 127.0.0.1, since both are this machine.
 * @returns undefined for what is no IP address
 */
export function parseIp(text: string): IpAddress | undefined {
  const [address = ''] = text.split('%', 1);
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address);
  if (!ipaddr.IPv6.isValid(address)) return undefined;
  const parsed = ipaddr.IPv6.parse(address);
  if (parsed.isIPv4MappedAddress()) return parsed.toIPv4Address();
  if (parsed.match(NAT64)) return new ipaddr.IPv4(parsed.toByteArray().slice(12));
  if (parsed.match(IPV6_LOOPBACK, 128)) return ipaddr.IPv4.parse('127.0.0.1');
  return parsed;
}

/** The identifier of an address: an IPv4 address as it is, an IPv6 one by its /64. */
export function ipIdentifier(address: IpAddress): string {
  if (address.kind() === 'ipv4') return address.toString();
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${IPV6_CLIENT_PREFIX}`);
  return `${network.toRFC5952String()}/${IPV6_CLIENT_PREFIX}`;
}

/**
 * Reads `10.0.0.0/8`, `fd00::/8` or a single address.
 * @returns undefined for anything else
 */
export function parseCidr(text: string): Cidr | undefined {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  const address = parseIp(text);
  return address && [address, address.kind() === 'ipv4' ? 32 : 128];
}

export function isInside(address: IpAddress, ranges: readonly Cidr[]): boolean {
  return ranges.some(
    ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
  );
}
