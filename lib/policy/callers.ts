import { createIpSet, parseCidr } from '../http';
import type { Callers } from './model';
import type { Subject } from './subject';

/** Whether a list of callers names this one. */
export type CallerTest = (subject: Subject) => boolean;

const nobody: CallerTest = () => false;

export function compileCallers({ cidrs, keys, users }: Callers): CallerTest {
  if (cidrs.length + keys.length + users.length === 0) return nobody;
  const addresses = createIpSet(cidrs.map(parseCidr).filter((cidr) => cidr !== undefined));
  const keyIds = new Set(keys);
  const userNames = new Set(users);
  return ({ address, keyId, user }) =>
    (address !== undefined && addresses.has(address)) ||
    (keyId !== undefined && keyIds.has(keyId)) ||
    (user !== undefined && userNames.has(user));
}
