import { describe, expect, test } from 'vitest';
import { findDestinations } from '@/components/shell/destinations';

const known = {
  policies: [{ name: 'stock-price' }, { name: 'api' }, { name: 'my-api' }],
  clients: [{ name: 'api' }],
  upstreams: [{ name: 'demo' }],
};

const found = (text: string) =>
  findDestinations(text, known).map(({ name, kind }) => `${kind} ${name}`);

describe('the palette', () => {
  test('offers all pages before anything is typed', () => {
    expect(found(' ').filter((name) => name.startsWith('page'))).toHaveLength(10);
  });

  test('finds exact names first, then beginnings, then parts', () => {
    expect(found('api')).toEqual([
      'policy api',
      'client api',
      'page API docs',
      'policy my-api',
      'search Requests of “api”',
    ]);
  });

  test('takes words in any order, and the kind for one of them', () => {
    expect(found('price policy')[0]).toBe('policy stock-price');
  });

  test('always leads to the requests of what was typed', () => {
    const destinations = findDestinations('no & where', {});
    expect(destinations).toEqual([
      { href: '/requests?search=no+%26+where', name: 'Requests of “no & where”', kind: 'search' },
    ]);
  });

  test('is bounded', () => {
    const policies = Array.from({ length: 500 }, (_, index) => ({ name: `policy-${index}` }));
    expect(findDestinations('policy', { policies }).length).toBeLessThanOrEqual(41);
  });
});
