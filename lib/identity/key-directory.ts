/** An API key as it is kept. Times are RFC 3339. A record is immutable: what changes is another object. */
export interface KeyRecord {
  readonly id: string;
  /** Name of its client. */
  readonly client: string;
  /** SHA-256 of its secret, 64 hexadecimal digits in lower case. */
  readonly hash: string;
  /** In place of the client's. */
  readonly tier?: string | undefined;
  /** From then on it is refused. */
  readonly expires_at?: string | undefined;
  /** When there is one the key is refused, whatever the time: replicas' clocks differ. */
  readonly revoked_at?: string | undefined;
}

export interface ClientRecord {
  readonly name: string;
  readonly tier?: string | undefined;
  /** The user that it acts for; its own name unless given. */
  readonly user?: string | undefined;
  readonly enabled: boolean;
}

/** Which keys and clients there are at this moment. Answers from memory. */
export interface KeyDirectory {
  key(id: string): KeyRecord | undefined;
  client(name: string): ClientRecord | undefined;
  /** The client that acts for this user. */
  clientOfUser(user: string): ClientRecord | undefined;
}
