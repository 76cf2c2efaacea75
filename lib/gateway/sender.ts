import { bounded } from '../http';
import type { Identity } from '../identity';
import type { Admission } from './admission';

/** Who a request came from, without what else a token said. */
export type Caller = Pick<Identity, 'ip'> & Partial<Pick<Identity, 'keyId' | 'user' | 'tier'>>;

export const senderKinds = ['key', 'user', 'ip'] as const;

/** Who sent a request: the id of an API key, never the key; else a user; else an address. */
export interface Sender {
  readonly kind: (typeof senderKinds)[number];
  readonly value: string;
}

/** Characters of a name that is kept or told: tokens choose theirs. */
export const LONGEST_NAME = 256;

/**
 * Who a request came from; of one whose credentials held nothing its address. Undefined where not even
 * that is known.
 */
export function callerOf(admission: Admission | undefined): Caller | undefined {
  if (admission?.identity !== undefined) return admission.identity;
  const ip = admission?.refusal === undefined ? undefined : admission.ip;
  return ip === undefined ? undefined : { ip };
}

/** What a caller is known by. At most `LONGEST_NAME` characters. */
export function senderOf({ keyId, user, ip }: Caller): Sender {
  if (keyId !== undefined) return { kind: 'key', value: keyId };
  if (user === undefined) return { kind: 'ip', value: ip };
  return { kind: 'user', value: user.length > LONGEST_NAME ? bounded(user, LONGEST_NAME) : user };
}

/** A copy that keeps nothing else alive. */
export function keptCaller({ ip, keyId, user, tier }: Caller): Caller {
  const name = (text: string | undefined) => text && bounded(text, LONGEST_NAME);
  return { ip: bounded(ip, LONGEST_NAME), keyId: name(keyId), user: name(user), tier: name(tier) };
}
