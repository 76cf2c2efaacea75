import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Cidr,
  createIpSet,
  type IpAddress,
  isInside,
  parseCidr,
  parseIp,
} from '../../lib/http';

function address(text: string): IpAddress {
  const parsed = parseIp(text);
  if (parsed === undefined) throw new TypeError(`${text} is no address`);
  return parsed;
}

function range(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new TypeError(`${text} is no range`);
  return parsed;
}

describe('a set of address ranges', () => {
  it.each([
    ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255'], ['9.255.255.255', '11.0.0.0', '::1']],
    ['10.1.2.3/8', ['10.9.9.9'], ['11.0.0.0']],
    ['203.0.113.7', ['203.0.113.7', '::ffff:203.0.113.7'], ['203.0.113.6', '203.0.113.8']],
    ['0.0.0.0/0', ['0.0.0.0', '255.255.255.255'], ['2001:db8::1']],
    ['128.0.0.0/1', ['128.0.0.0', '255.255.255.255'], ['127.255.255.255']],
    ['2001:db8::/32', ['2001:db8::1', '2001:DB8:ffff::'], ['2001:db9::', '10.0.0.1']],
    ['2001:db8::7', ['2001:db8::7', '2001:db8:0:0::7%eth0'], ['2001:db8::8']],
    ['::/0', ['2001:db8::1', 'fe80::1'], ['10.0.0.1']],
    ['::ffff:10.0.0.0/104', ['10.1.2.3'], ['11.0.0.0', '2001:db8::1']],
    ['64:ff9b::c000:200/120', ['192.0.2.9', '64:ff9b::c000:209'], ['192.0.3.1']],
    ['::1', ['::1', '127.0.0.1'], ['127.0.0.2']],
    ['::1/128', ['::1', '127.0.0.1'], ['127.0.0.2']],
  ])('holds by %s exactly what is in it', (text, inside, outside) => {
    const set = createIpSet([range(text)]);
    for (const one of inside) expect([one, set.has(address(one))]).toEqual([one, true]);
    for (const one of outside) expect([one, set.has(address(one))]).toEqual([one, false]);
  });

  it('without ranges holds nothing', () => {
    const set = createIpSet([]);
    expect(set.has(address('10.0.0.1'))).toBe(false);
    expect(set.has(address('2001:db8::1'))).toBe(false);
  });

  it('agrees with asking the ranges one by one', () => {
    const octet = fc.constantFrom(0, 1, 10, 127, 128, 255);
    const ipv4 = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
    const part = fc.constantFrom('1', '80', '8000', 'ffff', 'db8');
    const ipv6 = fc
      .array(part, { minLength: 8, maxLength: 8 })
      .map((parts) => ['2001', ...parts.slice(1)].join(':'));
    const bitsOf = (most: number) => fc.integer({ min: 0, max: most });
    const cidr = fc.oneof(
      fc.tuple(ipv4, bitsOf(32)).map(([network, bits]) => range(`${network}/${bits}`)),
      fc.tuple(ipv6, bitsOf(128)).map(([network, bits]) => range(`${network}/${bits}`)),
    );
    fc.assert(
      fc.property(fc.array(cidr), fc.array(fc.oneof(ipv4, ipv6)), (cidrs, addresses) => {
        const set = createIpSet(cidrs);
        for (const one of addresses.map(address)) expect(set.has(one)).toBe(isInside(one, cidrs));
      }),
    );
  });
});
