import parseForwarded from 'forwarded-parse';
import { LRUCache } from 'lru-cache';
import { type Cidr, type IpAddress, ipIdentifier, isInside, parseIp } from '../http';

/** The parts of a request that say where it comes from. */
export interface Origin {
  readonly peerAddress: string;
  header(name: string): string | undefined;
}

/** Where a request comes from. The same object for every request of a client that was here lately. */
export interface ClientAddress {
  /** Canonical: an IPv4 address, an IPv6 /64; `unknown` without an IP address. */
  readonly identifier: string;
  readonly address: IpAddress | undefined;
}

export type ClientAddressReader = (origin: Origin) => ClientAddress;

interface Peer extends ClientAddress {
  readonly isTrusted: boolean;
}

/** Addresses whose parsed form is kept; a client's every request comes from the same few. */
const REMEMBERED_PEERS = 10_000;
/** Longer chains of proxies are read from the right only this far. */
const LONGEST_CHAIN = 32;
/** An IPv6 address with a zone id; longer text is no address and is not worth remembering. */
const LONGEST_ADDRESS = 64;
const NOBODY: Peer = { identifier: 'unknown', address: undefined, isTrusted: false };

/**
 * Tells who a request comes from: the socket's address, unless that is a trusted proxy's; then the
 * right-most address of X-Forwarded-For (else Forwarded, RFC 7239) that is no trusted proxy.
 * A header from anyone else is a claim and is ignored.
 */
export function createClientAddressReader(trustedProxies: readonly Cidr[]): ClientAddressReader {
  const peers = new LRUCache<string, Peer>({ max: REMEMBERED_PEERS });

  function peerOf(text: string): Peer {
    const known = peers.get(text);
    if (known !== undefined) return known;
    const address = text.length > LONGEST_ADDRESS ? undefined : parseIp(text);
    if (address === undefined) return NOBODY;
    const peer = {
      identifier: ipIdentifier(address),
      address,
      isTrusted: isInside(address, trustedProxies),
    };
    peers.set(text, peer);
    return peer;
  }

  return (origin) => {
    const peer = peerOf(origin.peerAddress);
    if (!peer.isTrusted) return peer;
    let client = peer;
    for (const hop of forwardedChain(origin).slice(-LONGEST_CHAIN).reverse()) {
      const named = peerOf(withoutPort(hop));
      // What a trusted proxy could not read is nobody's address: the proxy answers for it.
      if (named.address === undefined) break;
      client = named;
      if (!named.isTrusted) break;
    }
    return client;
  };
}

function forwardedChain(origin: Origin): string[] {
  const forwardedFor = origin.header('x-forwarded-for');
  if (forwardedFor !== undefined) return forwardedFor.split(',').map((hop) => hop.trim());
  const forwarded = origin.header('forwarded');
  if (forwarded === undefined) return [];
  try {
    return parseForwarded(forwarded).map((hop) => hop.for ?? '');
  } catch {
    return [];
  }
}

/** `1.2.3.4:567` and `[2001:db8::1]:567` without their ports. */
function withoutPort(hop: string): string {
  if (hop.startsWith('[')) return hop.slice(1, hop.indexOf(']'));
  const colon = hop.indexOf(':');
  return colon !== -1 && colon === hop.lastIndexOf(':') ? hop.slice(0, colon) : hop;
}
