import type { LookupAddress } from 'node:dns';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createResolver,
  type ResolvedName,
  type ResolverOptions,
} from '../../lib/upstream/resolver';
import { DnsServer } from '../support/dns-server';

const NAME = 'service.test';
const QUICK = { refreshMs: 20, retryMs: 20 };

let dns: DnsServer;
const cleanups: (() => void)[] = [];
beforeEach(async () => {
  dns = await DnsServer.start();
  cleanups.push(() => dns.stop());
});
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

function openResolver(options: ResolverOptions = {}) {
  const resolver = createResolver({ lookup: dns.lookup, ...QUICK, ...options });
  cleanups.push(() => resolver.close());
  return resolver;
}

function askAll(name: ResolvedName): Promise<string[]> {
  return new Promise((resolve, reject) => {
    name.lookup(NAME, { all: true }, (error, addresses) => {
      if (error !== null) reject(error);
      else resolve((addresses as LookupAddress[]).map(({ address }) => address));
    });
  });
}

const ignore = () => undefined;

describe('a name in use', () => {
  it('is waited for the first time, and answered with another address first each time', async () => {
    dns.records.set(NAME, ['127.0.0.1', '127.0.0.2', '127.0.0.3']);
    const name = openResolver({ refreshMs: 60_000 }).follow(NAME, ignore);
    expect(name.addresses).toEqual([]);
    const answers = [await askAll(name), await askAll(name), await askAll(name)];
    expect(new Set(answers.map(([first]) => first))).toEqual(new Set(name.addresses));
    for (const answer of answers) expect(answer).toHaveLength(3);
    expect(dns.questions).toBe(1);
  });

  it('gives one address where only one is asked for', async () => {
    dns.records.set(NAME, ['127.0.0.7']);
    const name = openResolver().follow(NAME, ignore);
    await askAll(name);
    const answer = await new Promise((resolve) => {
      name.lookup(NAME, {}, (_error, address, family) => resolve({ address, family }));
    });
    expect(answer).toEqual({ address: '127.0.0.7', family: 4 });
  });

  it('keeps the family first that the system puts first', async () => {
    const resolver = openResolver({
      lookup: async () => [
        { address: '::1', family: 6 },
        { address: '127.0.0.1', family: 4 },
        { address: '::2', family: 6 },
      ],
    });
    const name = resolver.follow(NAME, ignore);
    expect([await askAll(name), await askAll(name)].toSorted()).toEqual([
      ['::1', '::2', '127.0.0.1'],
      ['::2', '::1', '127.0.0.1'],
    ]);
  });

  it('is asked for again, and its followers are told of other addresses only', async () => {
    dns.records.set(NAME, ['127.0.0.1', '127.0.0.2']);
    const onChange = vi.fn();
    const name = openResolver().follow(NAME, onChange);
    await askAll(name);
    dns.records.set(NAME, ['127.0.0.2', '127.0.0.1']);
    const { questions } = dns;
    await vi.waitFor(() => expect(dns.questions).toBeGreaterThan(questions + 2));
    expect(onChange).not.toHaveBeenCalled();
    dns.records.set(NAME, ['127.0.0.2', '127.0.0.3']);
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledExactlyOnceWith(false));
    expect(name.addresses.toSorted()).toEqual(['127.0.0.2', '127.0.0.3']);
    dns.records.set(NAME, ['127.0.0.1']);
    await vi.waitFor(() => expect(onChange).toHaveBeenLastCalledWith(true));
  });

  it.each([
    ['is silent', () => Object.assign(dns, { isSilent: true })],
    ['has forgotten it', () => dns.records.clear()],
  ])('keeps its addresses while DNS %s', async (_, harm) => {
    dns.records.set(NAME, ['127.0.0.1']);
    const onChange = vi.fn();
    const name = openResolver().follow(NAME, onChange);
    await askAll(name);
    harm();
    const { questions } = dns;
    await vi.waitFor(() => expect(dns.questions).toBeGreaterThan(questions + 2), 5_000);
    expect(await askAll(name)).toEqual(['127.0.0.1']);
    expect(onChange).not.toHaveBeenCalled();
  });

  it('that DNS does not know fails, and is found soon after it does', async () => {
    const name = openResolver().follow(NAME, ignore);
    await expect(askAll(name)).rejects.toMatchObject({ code: 'ENOTFOUND' });
    dns.records.set(NAME, ['127.0.0.1']);
    await vi.waitFor(async () => expect(await askAll(name)).toEqual(['127.0.0.1']));
  });

  it('is one question at a time, however many wait for it', async () => {
    const lookup = vi.fn(dns.lookup);
    const resolver = openResolver({ lookup });
    dns.records.set(NAME, ['127.0.0.1']);
    const names = Array.from({ length: 50 }, () => resolver.follow(NAME, ignore));
    await Promise.all(names.map(askAll));
    expect(lookup).toHaveBeenCalledOnce();
  });

  it('is bounded: of a thousand addresses the same 64 are used, whatever their order', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({
      address: `10.0.${index >> 8}.${index & 255}`,
      family: 4,
    }));
    const onChange = vi.fn();
    const lookup = vi.fn(async () => many.reverse().slice());
    const name = openResolver({ lookup }).follow(NAME, onChange);
    await vi.waitFor(() => expect(lookup.mock.calls.length).toBeGreaterThan(3));
    expect(name.addresses).toHaveLength(64);
    expect(onChange).not.toHaveBeenCalled();
  });
});

describe('a name nobody follows any more', () => {
  it('is not asked for', async () => {
    dns.records.set(NAME, ['127.0.0.1']);
    dns.records.set('other.test', ['127.0.0.1']);
    const lookup = vi.fn(dns.lookup);
    const resolver = openResolver({ lookup });
    const [first, second] = [resolver.follow(NAME, ignore), resolver.follow(NAME, ignore)];
    first.release();
    const asked = () => lookup.mock.calls.filter(([hostname]) => hostname === NAME).length;
    await vi.waitFor(() => expect(asked()).toBeGreaterThan(2));
    second.release();
    await askAll(second).catch(ignore);
    const before = asked();
    const others = lookup.mock.calls.length;
    resolver.follow('other.test', ignore);
    await vi.waitFor(() => expect(lookup.mock.calls.length).toBeGreaterThan(others + before + 5));
    // A question that was under way when it was let go of may still count.
    expect(asked()).toBeLessThanOrEqual(before + 1);
  });
});

describe('by default', () => {
  it('the system is asked, which knows /etc/hosts', async () => {
    const resolver = createResolver();
    cleanups.push(() => resolver.close());
    const name = resolver.follow('localhost', ignore);
    expect(await askAll(name)).toContain('127.0.0.1');
  });
});

describe('an address', () => {
  it.each([
    ['127.0.0.1', 4],
    ['::1', 6],
  ])('%s is itself and no question', async (address, family) => {
    const name = openResolver().follow(address, ignore);
    expect(await askAll(name)).toEqual([address]);
    const answer = await new Promise((resolve) => {
      name.lookup(address, {}, (...[, one, of]) => resolve([one, of]));
    });
    expect(answer).toEqual([address, family]);
    expect(name.addresses).toEqual([]);
    expect(dns.questions).toBe(0);
  });
});
