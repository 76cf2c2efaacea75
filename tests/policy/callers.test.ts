import { describe, expect, it } from 'vitest';
import { compileCallers } from '../../lib/policy/callers';
import { subject } from './subject';

const nobody = { cidrs: [], keys: [], users: [] };

describe('a list of callers', () => {
  it('names callers by address, key or user', () => {
    const includes = compileCallers({
      cidrs: ['10.0.0.0/8', '2001:db8::/32'],
      keys: ['k1k1k1k1k1k1'],
      users: ['ada'],
    });
    expect(includes(subject())).toBe(false);
    expect(includes(subject({ ip: '10.1.2.3' }))).toBe(true);
    expect(includes(subject({ ip: '::ffff:10.1.2.3' }))).toBe(true);
    expect(includes(subject({ ip: '2001:db8::9' }))).toBe(true);
    expect(includes(subject({ keyId: 'k1k1k1k1k1k1' }))).toBe(true);
    expect(includes(subject({ user: 'ada' }))).toBe(true);
    expect(includes(subject({ user: 'constructor', keyId: '__proto__' }))).toBe(false);
  });

  it('that is empty names nobody, not even who has no address', () => {
    expect(compileCallers(nobody)(subject())).toBe(false);
    const homeless = { ...subject(), address: undefined };
    expect(compileCallers({ ...nobody, cidrs: ['0.0.0.0/0', '::/0'] })(homeless)).toBe(false);
  });
});
