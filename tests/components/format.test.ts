import { describe, expect, it } from 'vitest';
import { curlCommand } from '../../components/traffic/curl-command';
import { formatCount, formatDuration, formatPeriod, plural } from '../../components/traffic/format';
import { isTicker, stockPricePath } from '../../components/traffic/ticker';

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [0.004, '0.01 ms'],
    [0.05, '0.05 ms'],
    [0.42, '0.4 ms'],
    [1, '1 ms'],
    [12.4, '12 ms'],
    [999.4, '999 ms'],
    [1_240, '1.2 s'],
    [61_000, '61 s'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('reaches seconds where milliseconds would round to 1,000', () => {
    expect(formatDuration(999.6)).toBe('1 s');
  });

  it('keeps one milliseconds’ place where tenths would round to it', () => {
    expect(formatDuration(0.99)).toBe('1 ms');
  });
});

describe('periods', () => {
  it.each([
    [1, 'second'],
    [10, '10 seconds'],
    [60, 'minute'],
    [90, '90 seconds'],
    [120, '2 minutes'],
    [3_600, 'hour'],
    [7_200, '2 hours'],
    [86_400, 'day'],
    [604_800, '7 days'],
  ])('%i s is %s', (seconds, text) => {
    expect(formatPeriod(seconds)).toBe(text);
  });
});

describe('counts', () => {
  it.each([
    [0, '0 requests'],
    [1, '1 request'],
    [2, '2 requests'],
    [12_345, '12,345 requests'],
  ])('%i', (count, text) => {
    expect(plural(count, 'request')).toBe(text);
  });

  it('separates thousands', () => {
    expect(formatCount(1_000_000)).toBe('1,000,000');
  });
});

describe('tickers', () => {
  it.each(['A', 'aapl', 'BRK.B', 'BF-B', 'ABCDEFGHIJ'])('%s is one', (text) => {
    expect(isTicker(text)).toBe(true);
  });

  it.each(['', '1A', '.A', 'A B', 'ABCDEFGHIJK', '<img>', 'ÄPL', 'A\n', "A';--"])(
    '%j is none',
    (text) => {
      expect(isTicker(text)).toBe(false);
    },
  );

  it('are encoded in the path', () => {
    expect(stockPricePath('A&b=c d')).toBe('/api/v1/stock-price?ticker=A%26b%3Dc%20d');
  });
});

describe('the curl command', () => {
  it('can’t be broken out of', () => {
    expect(curlCommand('http://localhost:3000', "/x?a=';rm -rf '")).toBe(
      `curl -i 'http://localhost:3000/x?a='\\'';rm -rf '\\'''`,
    );
  });
});
