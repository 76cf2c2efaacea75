import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forwardedTarget } from '../../lib/gateway/proxy/forwarded-path';
import { matchForm, parseTarget } from '../../lib/http';

const AS_IT_IS = { strip_prefix: '', add_prefix: '' };

/** Targets of what paths are spelt strangely with. */
const target = fc
  .array(
    fc.oneof(
      fc.constantFrom('/', '//', '.', '..', '%2e', '%2E%2e', ';', ';a=b', '%3b', '%25', '%252f'),
      fc.constantFrom('a', 'B', '%61', '%C3%A9', '%20', '%3F', '%23', '~', ':', '@', '+', 'files'),
      fc.constantFrom('%2f', '%5c', '%00', '\\', '%zz', '%', '%c3'),
    ),
    { maxLength: 10 },
  )
  .map((parts) => `/${parts.join('')}`);

/** All that Node's parser lets into a target. */
const visible = fc.stringMatching(/^\/[\x21-\x7e]{0,20}$/);

/** Segments that a route's match passes over. */
const before = fc.constantFrom('', '', '/;', '/;a=b', '/...', '/.;a');

/** A service that decodes once and takes what it then finds. */
function readByService(forwarded: string): string {
  return decodeURIComponent(forwarded);
}

describe('a forwarded path', () => {
  it('means to the service what it meant to the policies', () => {
    fc.assert(
      fc.property(target, (raw) => {
        const parsed = parseTarget(raw);
        if (parsed === undefined) return;
        const { path, encodedPath } = parsed;
        const forwarded = forwardedTarget(AS_IT_IS, path, encodedPath, '');
        const read = readByService(forwarded);
        expect(read.replace(/(?<=.)\/$/, '')).toBe(decodeURIComponent(encodeURI(path)));
        expect(read).not.toMatch(/\/\/|\/\.{1,2}(?:\/|$)/);
        expect(parseTarget(forwarded)).toMatchObject({ path, encodedPath });
      }),
      { numRuns: 1_000 },
    );
  });

  it('is in ASCII without anything that ends a target', () => {
    fc.assert(
      fc.property(fc.oneof(target, visible), (raw) => {
        const parsed = parseTarget(raw);
        if (parsed === undefined) return;
        expect(parsed.encodedPath).toMatch(/^\/[!-~]*$/);
        expect(parsed.encodedPath).not.toMatch(/[?#]/);
      }),
      { numRuns: 1_000 },
    );
  });

  it('loses its prefix however that is spelt, and nothing else', () => {
    const route = { strip_prefix: '/files', add_prefix: '' };
    fc.assert(
      fc.property(before, target, (segment, rest) => {
        const parsed = parseTarget(`${segment}/files/${rest}`);
        if (parsed === undefined) return;
        const { path, encodedPath } = parsed;
        const form = matchForm(path);
        // Other paths do not match the route.
        if (form !== '/files' && !form.startsWith('/files/')) return;
        const forwarded = readByService(forwardedTarget(route, path, encodedPath, ''));
        expect(matchForm(forwarded.replace(/(?<=.)\/$/, ''))).toBe(
          form.slice('/files'.length) || '/',
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['/FILES/a', '/a'],
    ['/files;x/a', '/a'],
    ['/files./a', '/a'],
    ['/;x/files/a', '/a'],
    ['/.../files/a', '/a'],
    ['/files', '/'],
  ])('that is spelt %s loses its prefix as the route matched it', (raw, forwarded) => {
    const parsed = parseTarget(raw);
    if (parsed === undefined) throw new Error(`${raw} can't be read`);
    const route = { strip_prefix: '/files', add_prefix: '' };
    expect(forwardedTarget(route, parsed.path, parsed.encodedPath, '')).toBe(forwarded);
  });
});
