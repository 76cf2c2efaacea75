import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchForm, parseTarget, queryParameter } from '../../lib/http';

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
    expect(parseTarget(target)).toMatchObject({ path, query });
  });

  it.each([
    ['/ping', '/ping'],
    ['/ping/', '/ping/'],
    ['//a/./b/../c//', '/a/c/'],
    ['/a/b/.', '/a/b/'],
    ['/a/b/%2E%2e', '/a/'],
    ['/a/b/..', '/a/'],
    ['/a..', '/a..'],
    ['/a//..', '/'],
    ['/a%20b/c%3Fd%23e%25f', '/a%20b/c%3Fd%23e%25f'],
    ['/caf%C3%A9/%7euser', '/caf%C3%A9/~user'],
    ['/%2541', '/%2541'],
    ['/a;v=1/b:c@d', '/a;v=1/b:c@d'],
    ['http://example.org', '/'],
    ['/', '/'],
  ])('%s is forwarded as %s', (target, encodedPath) => {
    expect(parseTarget(target)?.encodedPath).toBe(encodedPath);
  });

  it('means the same when it comes again as it was forwarded', () => {
    const anyTarget = fc
      .array(
        fc.constantFrom(
          'a',
          '%20',
          '%3f',
          '%25',
          '%23',
          ';',
          '.',
          '..',
          '/',
          '%2e',
          '%C3%A9',
          '+',
          '[',
          '|',
        ),
      )
      .map((parts) => `/${parts.join('')}`);
    fc.assert(
      fc.property(anyTarget, (target) => {
        const once = parseTarget(target);
        fc.pre(once !== undefined);
        expect(parseTarget(once.encodedPath)).toEqual(once);
      }),
    );
  });

  it('name the host they are meant for in absolute form', () => {
    expect(parseTarget('http://api.example.org:8080/ping?a')).toEqual({
      path: '/ping',
      encodedPath: '/ping',
      query: 'a',
      authority: 'api.example.org:8080',
    });
    expect(parseTarget('http://[2001:db8::1]/ping')?.authority).toBe('[2001:db8::1]');
  });

  it.each(['http://user@example.org/ping', 'http://a%2eb/ping', 'http://a,b/ping', 'http:///ping'])(
    '%s names no host, and means nothing',
    (target) => {
      expect(parseTarget(target)).toBeUndefined();
    },
  );

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
    ['/a/..;/ping', 'one level up for some servers'],
    ['/a/%2e%2e;x=1/ping', 'one level up for some servers'],
    ['/ping#', 'a fragment'],
    ['/ping#/../x', 'a fragment'],
    ['/ping?a#b', 'a fragment'],
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

describe('the form that patterns are held against', () => {
  /** Everything that a client may write to be taken for somebody else's path. */
  const spellings = [
    '/api/v1/stock-price',
    '//api/v1/stock-price',
    '/api//v1///stock-price',
    '/./api/v1/stock-price',
    '/api/x/../v1/stock-price',
    '/api/x/%2e%2e/v1/stock-price',
    '/api/%2E/v1/stock-price',
    '/%61pi/v1/stock%2Dprice',
    '/api/v1/stock-price/',
    '/api/v1/stock-price//',
    '/api/v1/stock-price/.',
    '/api/v1/stock-price.',
    '/api/v1/stock-price...',
    '/api/v1/stock-price/...',
    '/api./v1/stock-price',
    '/API/v1/Stock-PRICE',
    '/%41PI/V1/stock-price',
    '/api/v1/stock-price;jsessionid=1',
    '/api;a=b;c/v1;/stock-price;',
    '/api/v1/stock-price%3Bx',
    '/api/;x/v1/stock-price',
    '/api/.;x/v1/stock-price',
    '/api/v1/stock-price.;x',
    '/api/v1/stock-price?ticker=AAPL',
    'http://example.org/api/v1/stock-price',
    'HTTPS://EXAMPLE.ORG:8443//API/v1/stock-price;x/?a',
  ];

  it.each(spellings)('is one for %s', (target) => {
    expect(matchForm(parseTarget(target)?.path ?? '')).toBe('/api/v1/stock-price');
  });

  it.each([
    ['/', '/'],
    ['/;x', '/'],
    ['/.', '/'],
    ['/..', '/'],
    ['/a/..', '/a'],
    ['/.well-known/x', '/.well-known/x'],
    ['/a.b/c..d', '/a.b/c..d'],
    ['/v1.0', '/v1.0'],
    ['/É/x', '/é/x'],
  ])('of %s is %s', (path, form) => {
    expect(matchForm(path)).toBe(form);
  });

  it('is its own form, and normalised', () => {
    const part = fc.constantFrom('/', '.', '..', ';', 'a', 'A', 'İ', 'K', ':', '*', ' ');
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const target = parseTarget(`/${parts.join('')}`);
        fc.pre(target !== undefined);
        const form = matchForm(target?.path ?? '');
        expect(matchForm(form)).toBe(form);
        expect(parseTarget(form)).toMatchObject({ path: form, query: '' });
      }),
    );
  });

  it('is all that a pattern in capitals or with dots is taken by', () => {
    expect(matchForm('/Users/:id/Files./*')).toBe('/users/:id/files/*');
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
