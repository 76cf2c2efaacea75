import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileScope } from '../../lib/policy/scope';
import { callTo } from '../support/gateway';
import { subject } from './subject';

const acme = subject({
  keyId: 'k3k3k3k3k3k3',
  user: 'acme',
  tier: 'premium',
  claims: { org: 'a|b%' },
});
const call = callTo('/api/x', { headers: { 'x-tenant': 'blue' } });

describe('the identifier of a scope', () => {
  it.each([
    [[], 'all', 'all'],
    [['ip'], '203.0.113.7', '203.0.113.7'],
    [['identity'], 'key:k3k3k3k3k3k3', '203.0.113.7'],
    [['api-key'], 'key:k3k3k3k3k3k3', 'no-key:203.0.113.7'],
    [['user'], 'user:acme', 'no-user:203.0.113.7'],
    [['tier'], 'tier:premium', 'no-tier:203.0.113.7'],
    [['route'], 'route:/api/x', 'route:/api/x'],
    [['header:x-tenant'], 'header-x-tenant:blue', 'header-x-tenant:blue'],
    [['header:x-other'], 'no-header-x-other:203.0.113.7', 'no-header-x-other:203.0.113.7'],
    [['claim:org'], 'claim-org:a%7Cb%25', 'no-claim-org:203.0.113.7'],
    [['identity', 'route'], 'key:k3k3k3k3k3k3|route:/api/x', '203.0.113.7|route:/api/x'],
    [['tier', 'ip'], 'tier:premium|203.0.113.7', 'no-tier:203.0.113.7|203.0.113.7'],
  ])('of %j is %s, and %s of a stranger', (scope, known, stranger) => {
    const identifierOf = compileScope(scope);
    expect(identifierOf(acme, call, '/api/x')).toBe(known);
    expect(identifierOf(subject(), call, '/api/x')).toBe(stranger);
  });

  it('takes the user of a token that came without a key', () => {
    expect(compileScope(['identity'])(subject({ user: 'ada|x' }), call, '-')).toBe('user:ada%7Cx');
  });

  it('stays short whatever a header holds', () => {
    const identifierOf = compileScope(['header:x-tenant', 'ip']);
    const of = (tenant: string) =>
      identifierOf(subject(), callTo('/', { headers: { 'x-tenant': tenant } }), '-');
    expect(of('x'.repeat(8_000)).length).toBeLessThan(128);
    expect(of('x'.repeat(8_000))).not.toBe(of('x'.repeat(8_001)));
  });

  it('is shared by two requests exactly when no part sets them apart', () => {
    const value = fc.oneof(
      fc.constantFrom('a', 'b', 'a|b', '|', '%', '%7C', 'user:a', 'key:a', '203.0.113.7', ''),
      fc.constantFrom('no-user:203.0.113.7', '%sha256-', 'x'.repeat(300), '\ud800', '\udc00'),
    );
    const maybe = fc.option(value, { nil: undefined });
    const request = fc.record({
      ip: fc.constantFrom('203.0.113.7', '203.0.113.8', '2001:db8::/64', 'unknown'),
      keyId: fc.option(fc.constantFrom('k1k1k1k1k1k1', 'k2k2k2k2k2k2'), { nil: undefined }),
      user: maybe,
      tier: maybe,
      header: maybe,
      claim: maybe,
      route: fc.constantFrom('/a', '/b', '-', 'a|b'),
    });
    type Request = (typeof request extends fc.Arbitrary<infer R> ? R : never) & object;
    const parts = ['identity', 'ip', 'api-key', 'user', 'tier', 'route', 'header:h', 'claim:c'];

    /** What counts of a request: the parts' values, each with where it is from. */
    function meaning(part: string, { ip, keyId, user, tier, header, claim, route }: Request) {
      const own = { 'api-key': keyId, user, tier, 'header:h': header, 'claim:c': claim };
      if (part === 'ip') return ['ip', ip];
      if (part === 'route') return ['route', route];
      if (part === 'identity') {
        if (keyId !== undefined) return ['key', keyId];
        return user === undefined ? ['ip', ip] : ['user', user];
      }
      const given = own[part as keyof typeof own];
      return given === undefined ? ['ip', ip] : [part, given];
    }

    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...parts)), request, request, (scope, a, b) => {
        const identifierOf = compileScope(scope);
        const [one, other] = [a, b].map((from) =>
          identifierOf(
            subject({
              ip: from.ip,
              keyId: from.keyId,
              user: from.user,
              tier: from.tier,
              claims: from.claim === undefined ? {} : { c: from.claim },
            }),
            callTo('/', { headers: from.header === undefined ? {} : { h: from.header } }),
            from.route,
          ),
        );
        const mean = (from: Request) => JSON.stringify(scope.map((part) => meaning(part, from)));
        expect(one === other).toBe(mean(a) === mean(b));
      }),
      { numRuns: 2_000 },
    );
  });
});
