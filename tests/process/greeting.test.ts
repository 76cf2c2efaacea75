import { describe, expect, it } from 'vitest';
import { demoLine } from '../../lib/process/greeting';

describe('the line about the demo', () => {
  it.each([
    [[], ''],
    [[4_001], '127.0.0.1:4001'],
    [[4_001, 4_002, 4_003], '127.0.0.1:4001-4003'],
    [[4_001, 4_003], '127.0.0.1:4001, 4003'],
  ])('tells of the ports %j', (ports, where) => {
    expect(demoLine(ports)).toBe(where && `\n    demo    backends on ${where}`);
  });
});
