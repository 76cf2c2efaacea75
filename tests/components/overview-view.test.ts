import { describe, expect, it } from 'vitest';
import {
  isLive,
  readView,
  reportPath,
  type View,
  viewAddress,
} from '../../components/overview/view';

const viewOf = (query: string) => readView(new URLSearchParams(query));

describe('the view in the address', () => {
  it('is the last 15 minutes of everything unless said otherwise', () => {
    expect(viewAddress(viewOf(''))).toBe('/overview');
    expect(reportPath(viewOf(''))).toBe('/traffic?range=15m');
  });

  it.each([
    '?range=5m',
    '?range=7d&route=demo-info&policy=a%2Fb&replica=gateway+1&verdict=denied',
    '?range=1h&from=1790000000&to=1790000060&verdict=error',
    '?from=1790000000&to=1790000060',
  ])('comes back from %s as it was', (query) => {
    expect(viewAddress(viewOf(query.slice(1)))).toBe(`/overview${query}`);
  });

  it.each([
    'range=2h',
    'from=10',
    'to=10',
    'from=20&to=10',
    'from=10&to=10',
    'from=1.5&to=9',
    'from=-5&to=9',
    'from=a&to=b',
    'verdict=perhaps',
    'route=',
  ])('leaves out what %s says wrong', (query) => {
    expect(viewAddress(viewOf(query))).toBe('/overview');
  });

  it('asks the server for a time that stands still by its ends, never with a range', () => {
    const view = viewOf('range=1h&from=100&to=200&route=r&verdict=denied');
    expect(reportPath(view)).toBe('/traffic?from=100&to=200&route=r');
  });

  it('escapes names wherever they go', () => {
    const view: View = { range: '15m', route: '<img onerror=x>&range=7d' };
    const { searchParams } = new URL(viewAddress(view), 'http://host');
    expect(searchParams.get('route')).toBe(view.route);
    expect(searchParams.get('range')).toBeNull();
  });

  it.each([
    ['range=5m', true],
    ['', true],
    ['range=1h', true],
    ['range=6h', false],
    ['range=5m&from=1&to=2', false],
  ])('%j moves on with every second: %s', (query, expected) => {
    expect(isLive(viewOf(query))).toBe(expected);
  });
});
