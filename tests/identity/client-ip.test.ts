import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cidr, ipIdentifier, parseCidr, parseIp } from '../../lib/http';
import { createClientAddressReader } from '../../lib/identity';

const identify = (text: string) => {
  const address = parseIp(text);
  return address && ipIdentifier(address);
};

describe('IP identifiers', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['64:ff9b::203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff::', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['::1', '127.0.0.1'],
    ['127.0.0.1', '127.0.0.1'],
  ])('%s is %s', (address, identifier) => {
    expect(identify(address)).toBe(identifier);
  });

  it.each([
    '',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '010.1.1.1x',
    '0x7f.1',
    '2001:db8::g',
    '1.2.3.4/8',
  ])('%j is none', (text) => {
    expect(identify(text)).toBeUndefined();
  });

  it('are the same for all 2^64 addresses of a network', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const identifier = identify(address);
        fc.pre(identifier?.endsWith('/64') === true);
        const [network = ''] = (identifier ?? '').split('/');
        expect(identify(network)).toBe(identifier);
      }),
    );
  });
});

describe('the client of a request', () => {
  const trusted = ['10.0.0.0/8', 'fd00::/8'].flatMap((text): Cidr[] => {
    const cidr = parseCidr(text);
    return cidr === undefined ? [] : [cidr];
  });
  const read = (
    peerAddress: string,
    headers: Readonly<Record<string, string>> = {},
    proxies: readonly Cidr[] = trusted,
  ) =>
    createClientAddressReader(proxies)({ peerAddress, header: (name) => headers[name] }).identifier;

  it('is the socket when nobody is trusted, whatever it claims', () => {
    const claim = { 'x-forwarded-for': '8.8.8.8', forwarded: 'for=8.8.8.8' };
    expect(read('203.0.113.7', claim, [])).toBe('203.0.113.7');
    expect(read('203.0.113.7', claim)).toBe('203.0.113.7');
  });

  it.each([
    ['198.51.100.1', '198.51.100.1'],
    ['6.6.6.6, 198.51.100.1', '198.51.100.1'],
    ['198.51.100.1, 10.0.0.9', '198.51.100.1'],
    ['198.51.100.1:4711', '198.51.100.1'],
    ['[2001:db8::1]:4711', '2001:db8::/64'],
    ['2001:db8::1', '2001:db8::/64'],
    ['::ffff:198.51.100.1', '198.51.100.1'],
    ['10.1.1.1, 10.2.2.2', '10.1.1.1'],
    ['198.51.100.1, unknown', '10.0.0.1'],
    ['198.51.100.1, <script>, 10.0.0.9', '10.0.0.9'],
    ['', '10.0.0.1'],
  ])('behind a trusted proxy saying %j is %s', (forwardedFor, client) => {
    expect(read('10.0.0.1', { 'x-forwarded-for': forwardedFor })).toBe(client);
  });

  it.each([
    ['for=198.51.100.1', '198.51.100.1'],
    ['for=6.6.6.6, for=198.51.100.1;proto=https;by=10.0.0.1', '198.51.100.1'],
    ['For="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::/64'],
    ['for=_hidden', '10.0.0.1'],
    ['for="broken', '10.0.0.1'],
  ])('is read from Forwarded: %s', (forwarded, client) => {
    expect(read('10.0.0.1', { forwarded })).toBe(client);
  });

  it('is found behind a mapped or IPv6 proxy too', () => {
    expect(read('::ffff:10.0.0.1', { 'x-forwarded-for': '198.51.100.1' })).toBe('198.51.100.1');
    expect(read('fd00::1', { 'x-forwarded-for': '198.51.100.1' })).toBe('198.51.100.1');
  });

  it('never throws and never believes an untrusted peer, whatever the headers hold', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (peer, forwardedFor, forwarded) => {
        const headers = { 'x-forwarded-for': forwardedFor, forwarded };
        expect(read(peer, headers)).toBe(read(peer));
      }),
    );
  });
});
