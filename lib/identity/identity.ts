import type { Claims } from './claims';
import type { ClientAddress } from './client-ip';

/** Who a request comes from. */
export class Identity {
  /** Identifier of the client's address: IPv4, or IPv6 by its /64; `unknown` without an address. */
  readonly ip: string;
  readonly address: ClientAddress['address'];

  constructor(
    client: ClientAddress,
    /** Id of the API key it came with. */
    readonly keyId: string | undefined,
    /** The user that its key's client acts for, or that its token names. */
    readonly user: string | undefined,
    readonly tier: string | undefined,
    private readonly claims: Claims | undefined,
  ) {
    this.ip = client.identifier;
    this.address = client.address;
  }

  /** A claim of its token as text; undefined for what is no text, number or boolean. */
  claim(name: string): string | undefined {
    return this.claims?.text(name);
  }
}
