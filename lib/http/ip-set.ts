import { type Cidr, type IpAddress, parseIp } from './ip-address';

const IPV4_BITS = 32;
const IPV6_BITS = 128;
/** Length of the IPv6 prefixes that stand for IPv4. */
const EMBEDDING_BITS = IPV6_BITS - IPV4_BITS;

/** Networks of one prefix length, each as the bits of its prefix. */
interface Networks<Bits> {
  readonly prefixLength: number;
  readonly prefixes: Set<Bits>;
}

/** Ranges of addresses. A lookup costs one step for each length of prefix, however many ranges there are. */
export interface IpSet {
  /** @param address as `parseIp` reads it */
  has(address: IpAddress): boolean;
}

/** IPv6 ranges that stand for IPv4 (mapped, NAT64) hold the IPv4 addresses that `parseIp` makes of them. */
export function createIpSet(ranges: readonly Cidr[]): IpSet {
  const ipv4: Networks<number>[] = [];
  const ipv6: Networks<bigint>[] = [];
  for (const [network, prefixLength] of ranges.map(canonical)) {
    if ('octets' in network) {
      prefixesOf(ipv4, prefixLength).add(ipv4Prefix(ipv4Bits(network.octets), prefixLength));
    } else {
      prefixesOf(ipv6, prefixLength).add(ipv6Prefix(ipv6Bits(network.parts), prefixLength));
    }
  }

  return {
    has(address) {
      if ('octets' in address) {
        const bits = ipv4Bits(address.octets);
        return ipv4.some(({ prefixLength, prefixes }) =>
          prefixes.has(ipv4Prefix(bits, prefixLength)),
        );
      }
      if (ipv6.length === 0) return false;
      const bits = ipv6Bits(address.parts);
      return ipv6.some(({ prefixLength, prefixes }) =>
        prefixes.has(ipv6Prefix(bits, prefixLength)),
      );
    },
  };
}

/**
 * A test of addresses as sockets tell them. The last one is remembered: who connects is mostly who
 * connected before.
 */
export function createAddressTest(ranges: readonly Cidr[]): (text: string) => boolean {
  if (ranges.length === 0) return () => false;
  const set = createIpSet(ranges);
  let last = '';
  let isInside = false;
  return (text) => {
    if (text === last) return isInside;
    const address = parseIp(text);
    last = text;
    isInside = address !== undefined && set.has(address);
    return isInside;
  };
}

function canonical(range: Cidr): Cidr {
  const [network, prefixLength] = range;
  if ('octets' in network || prefixLength < EMBEDDING_BITS) return range;
  const address = parseIp(network.toString());
  return address === undefined || 'parts' in address
    ? range
    : [address, prefixLength - EMBEDDING_BITS];
}

function prefixesOf<Bits>(networks: Networks<Bits>[], prefixLength: number): Set<Bits> {
  const known = networks.find((of) => of.prefixLength === prefixLength);
  if (known !== undefined) return known.prefixes;
  const prefixes = new Set<Bits>();
  networks.push({ prefixLength, prefixes });
  return prefixes;
}

function ipv4Bits(octets: readonly number[]): number {
  return octets.reduce((bits, octet) => bits * 256 + octet, 0);
}

function ipv4Prefix(bits: number, prefixLength: number): number {
  // A shift by 32 would be one by 0.
  return prefixLength === 0 ? 0 : bits >>> (IPV4_BITS - prefixLength);
}

function ipv6Bits(parts: readonly number[]): bigint {
  return parts.reduce((bits, part) => (bits << 16n) | BigInt(part), 0n);
}

function ipv6Prefix(bits: bigint, prefixLength: number): bigint {
  return bits >> BigInt(IPV6_BITS - prefixLength);
}
