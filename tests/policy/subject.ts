import { parseIp } from '../../lib/http';
import type { Subject } from '../../lib/policy';

interface Parts extends Partial<Omit<Subject, 'claim' | 'address'>> {
  readonly claims?: Readonly<Record<string, string>>;
}

/** Somebody who calls from 203.0.113.7, with whatever else is said of them. */
export function subject({ claims = {}, ip = '203.0.113.7', ...parts }: Parts = {}): Subject {
  return {
    ip,
    address: parseIp(ip),
    keyId: undefined,
    user: undefined,
    tier: undefined,
    ...parts,
    claim: (name) => (Object.hasOwn(claims, name) ? claims[name] : undefined),
  };
}
