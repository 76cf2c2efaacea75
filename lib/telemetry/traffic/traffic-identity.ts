import type { RequestRecord } from '../../gateway';
import { LONGEST_NAME } from './frame-schema';
import type { TrafficIdentity } from './port';

/** Who sent a request; undefined where its credentials held nothing and its address is not known. */
export function identityOf({ admission }: RequestRecord): TrafficIdentity | undefined {
  if (admission === undefined) return undefined;
  const { identity } = admission;
  if (identity === undefined) {
    const ip = admission.refusal === undefined ? undefined : admission.ip;
    return ip === undefined ? undefined : { kind: 'ip', value: ip };
  }
  if (identity.keyId !== undefined) return { kind: 'key', value: bounded(identity.keyId) };
  if (identity.user !== undefined) return { kind: 'user', value: bounded(identity.user) };
  return { kind: 'ip', value: identity.ip };
}

function bounded(name: string): string {
  return cut(name, LONGEST_NAME);
}

/**
 * The first characters of a text, as a text of its own: V8 keeps the whole of a text alive for the
 * sake of a part, so the part is taken of a short one that is put together first.
 */
export function cut(text: string, longest: number): string {
  return ` ${text.slice(0, longest)}`.slice(1);
}
