import { describe, expect, it } from 'vitest';
import { preferredType } from '../../lib/http';

const TEXT = 'text/plain';
const OPEN = 'application/openmetrics-text';
const JSON_TYPE = 'application/json';

describe('an Accept field', () => {
  it.each([
    [undefined, TEXT],
    ['', TEXT],
    ['*/*', TEXT],
    ['text/*', TEXT],
    ['application/json', JSON_TYPE],
    ['Application/JSON', JSON_TYPE],
    ['application/json; charset=utf-8', JSON_TYPE],
    ['application/json, text/plain', TEXT],
    ['application/json, text/plain;q=0.9', JSON_TYPE],
    ['application/json, text/plain, */*', TEXT],
    ['application/json;q=0.5, */*;q=0.4', JSON_TYPE],
    ['application/json;q=0.5, */*', TEXT],
    ['application/json;q=0', TEXT],
    ['application/json;q=0.001', JSON_TYPE],
    ['application/json ; q=0.3 , text/plain ; q=0.2', JSON_TYPE],
    ['text/plain;q=0, application/json', JSON_TYPE],
    ['text/plain;q=0, */*;q=0.1', OPEN],
    // A weight that is none is no wish.
    ['application/json;q=2, text/plain;q=0.1', TEXT],
    ['application/json;q=high', TEXT],
    ['image/png', TEXT],
    ['json', TEXT],
    [',,;q=1,/', TEXT],
    // A browser.
    ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', TEXT],
    // Prometheus 2.42 and 3.7.
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      OPEN,
    ],
    [
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      OPEN,
    ],
  ])('%s prefers %s', (accept, preferred) => {
    expect(preferredType(accept, [TEXT, OPEN, JSON_TYPE])).toBe(preferred);
  });

  it('is read no further than it can sensibly be long', () => {
    const endless = `${'image/png,'.repeat(100_000)}application/json`;
    expect(preferredType(endless, [TEXT, JSON_TYPE])).toBe(TEXT);
  });
});
