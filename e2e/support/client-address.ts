import { randomBytes } from 'node:crypto';

/**
 * An address that no other test has, nor any run before, so that every test finds its window
 * untouched. From 2001:db8::/32, and one per /64, because that is what limits count by.
 */
export function newClientAddress(): string {
  const [high, low] = [randomBytes(2), randomBytes(2)].map((half) => half.toString('hex'));
  return `2001:db8:${high}:${low}::1`;
}
