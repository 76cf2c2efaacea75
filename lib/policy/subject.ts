import type { IpAddress } from '../http';

/** Who a request comes from, as policies see it. */
export interface Subject {
  /** Identifier of the client's address: IPv4, or IPv6 by its /64. */
  readonly ip: string;
  /** The address itself; undefined for a peer without one. */
  readonly address: IpAddress | undefined;
  /** Id of the API key it came with. */
  readonly keyId: string | undefined;
  /** A client's name or a token's subject. */
  readonly user: string | undefined;
  readonly tier: string | undefined;
  /** A claim of its token, as text; undefined for what is no text, number or boolean. */
  claim(name: string): string | undefined;
}
