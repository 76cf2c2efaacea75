import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashSecret, matches, newApiKey, parseApiKey } from '../../lib/identity/api-key';
import { keyIdSchema } from '../../lib/policy/model';

const secretCharacter = fc.constantFrom(
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
);
const secrets = fc.string({ unit: secretCharacter, minLength: 43, maxLength: 43 });

describe('a new API key', () => {
  it('has a public id, a secret and the hash of that secret', () => {
    for (let i = 0; i < 200; i++) {
      const { id, key, hash } = newApiKey();
      const parts = parseApiKey(key);
      expect(parts?.id).toBe(id);
      expect(keyIdSchema.safeParse(id).success).toBe(true);
      expect(key).toBe(`fg_${id}_${parts?.secret}`);
      expect(Buffer.from(parts?.secret ?? '', 'base64url')).toHaveLength(32);
      expect(hash).toBe(
        createHash('sha256')
          .update(parts?.secret ?? '')
          .digest('hex'),
      );
    }
  });

  it('is like no other', () => {
    const made = Array.from({ length: 1_000 }, newApiKey);
    expect(new Set(made.map(({ id }) => id)).size).toBe(made.length);
    expect(new Set(made.map(({ hash }) => hash)).size).toBe(made.length);
  });
});

describe('reading an API key', () => {
  const { key } = newApiKey();

  it.each([
    ['nothing', ''],
    ['another prefix', `xx_${key.slice(3)}`],
    ['an upper case prefix', `FG_${key.slice(3)}`],
    ['an id in upper case', `fg_ABCDEFGHIJKL${key.slice(15)}`],
    ['no second separator', `${key.slice(0, 15)}-${key.slice(16)}`],
    ['a character too many', `${key}A`],
    ['a character too few', key.slice(0, -1)],
    ['two keys joined as repeated headers are', `${key}, ${key}`],
    ['base64 in place of base64url', `${key.slice(0, -1)}+`],
    ['letters beyond ASCII', `${key.slice(0, -1)}é`],
    ['a megabyte', key.padEnd(1_000_000, 'A')],
  ])('does not accept %s', (_, text) => {
    expect(parseApiKey(text)).toBeUndefined();
  });

  it('accepts exactly the form, whatever is changed', () => {
    const form = /^fg_[a-z0-9]{12}_[A-Za-z0-9_-]{43}$/;
    const place = fc.nat({ max: key.length - 1 });
    fc.assert(
      fc.property(
        place,
        fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }),
        (at, by) => {
          const changed = key.slice(0, at) + by + key.slice(at + 1);
          expect(parseApiKey(changed) !== undefined).toBe(form.test(changed));
        },
      ),
    );
    fc.assert(fc.property(fc.string(), (text) => parseApiKey(text) === undefined));
  });
});

describe('comparing a secret with a hash', () => {
  it('holds for the hashed secret and no other', () => {
    fc.assert(
      fc.property(secrets, secrets, (secret, other) => {
        expect(matches(secret, hashSecret(secret))).toBe(true);
        expect(matches(other, hashSecret(secret))).toBe(other === secret);
      }),
    );
  });

  it('never holds for a key that is not known, even after one that held', () => {
    const secret = 'a'.repeat(43);
    const hash = hashSecret(secret);
    expect(matches(secret, hash)).toBe(true);
    expect(matches(secret, undefined)).toBe(false);
    for (const broken of ['', hash.slice(0, 63), `${hash}0`, hash.toUpperCase()]) {
      expect(matches(secret, hash)).toBe(true);
      expect(matches(secret, broken)).toBe(false);
    }
  });
});
