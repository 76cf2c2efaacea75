import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTarget, queryParameter } from '../../lib/http';

describe('request targets', () => {
  it.each([
    ['/api/v1/stock-price?ticker=AAPL', '/api/v1/stock-price', 'ticker=AAPL'],
    ['/', '/', ''],
    ['/ping/', '/ping', ''],
    ['//ping', '/ping', ''],
    ['/./ping', '/ping', ''],
    ['/a/../ping', '/ping', ''],
    ['/%70ing', '/ping', ''],
    ['/a/%2e%2e/ping', '/ping', ''],
    ['/api//v1/./stock-price/?x=//', '/api/v1/stock-price', 'x=//'],
    ['http://example.org/ping?a', '/ping', 'a'],
    ['http://example.org', '/', ''],
    ['/PING', '/PING', ''],
  ])('%s means %s', (target, path, query) => {
    expect(parseTarget(target)).toEqual({ path, query });
  });

  it.each([
    ['/%', 'a bad escape'],
    ['/%zz', 'a bad escape'],
    ['/%ff', 'no UTF-8'],
    ['/a%2fb', 'an encoded slash'],
    ['/a%5cb', 'an encoded backslash'],
    ['/a\\b', 'a backslash'],
    ['/a%00', 'NUL'],
    ['/a%0d%0ab', 'a line break'],
    ['/../ping', 'above the root'],
    ['*', 'asterisk form'],
    ['ftp://example.org/', 'another scheme'],
    ['ping', 'no slash'],
  ])('%s is refused: %s', (target) => {
    expect(parseTarget(target)).toBeUndefined();
  });

  it('normalise to a form that normalises to itself', () => {
    const part = fc.constantFrom('/', '.', '..', 'a', '%2e', '%41', '//', '~', '%20', '%25');
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const once = parseTarget(`/${parts.join('')}`);
        fc.pre(once !== undefined && !once.path.includes('%') && !once.path.includes('?'));
        expect(parseTarget(once?.path ?? '')?.path).toBe(once?.path);
      }),
    );
  });
});

describe('query parameters', () => {
  it.each([
    ['ticker=AAPL', 'AAPL'],
    ['x=1&ticker=BRK.B', 'BRK.B'],
    ['ticker=A%41', 'AA'],
    ['ticker=first&ticker=second', 'first'],
    ['ticker=', ''],
    ['', undefined],
    ['tickers=AAPL', undefined],
  ])('of %j: %j', (query, value) => {
    expect(queryParameter(query, 'ticker')).toBe(value);
  });
});
