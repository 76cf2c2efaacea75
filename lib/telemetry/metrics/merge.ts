import { AggregatorRegistry } from 'prom-client';
import { z } from 'zod';
import { OTHER } from '../traffic';
import { type Family, familySchema, type Labels, MOST_SERIES } from './family';

const mergedSchema = z.array(familySchema);

/** Makes one of what several processes tell, by the aggregators of its metrics. */
export async function mergeFamilies(tellings: readonly (readonly Family[])[]): Promise<Family[]> {
  const registry = AggregatorRegistry.aggregate(tellings.map((families) => [...families]));
  return mergedSchema.parse(await registry.getMetricsAsJSON());
}

/** Of what a process told, that which stays true when it is gone: what it has counted. */
export function cumulative(families: readonly Family[]): Family[] {
  return families.filter(({ type }) => type !== 'gauge');
}

/**
 * Adds what an ended process has counted to what those before it had. As bounded as that of one
 * process: names that find no room any more are counted as `other`.
 */
export async function addEnded(
  before: readonly Family[],
  ended: readonly Family[],
): Promise<Family[]> {
  const sum = await mergeFamilies([before, cumulative(ended)]);
  return sum.some(isTooLong) ? mergeFamilies([sum.map(folded)]) : sum;
}

function isTooLong({ values }: Family): boolean {
  return values.length > MOST_SERIES;
}

/** The labels that names of the configuration are in. */
const NAMES = ['route', 'policy', 'upstream'] as const;

function nameOf(labels: Labels): (typeof NAMES)[number] | undefined {
  return NAMES.find((name) => labels[name] !== undefined);
}

/** Calls all names `other` but those that come first and have room. */
function folded(family: Family): Family {
  if (!isTooLong(family)) return family;
  const lengths = new Map<unknown, number>();
  for (const { labels } of family.values) {
    const name = labels[nameOf(labels) ?? ''];
    lengths.set(name, (lengths.get(name) ?? 0) + 1);
  }
  const kept = new Set<unknown>();
  let length = 0;
  for (const [name, ofName] of lengths) {
    length += ofName;
    if (length <= MOST_SERIES / 2) kept.add(name);
  }
  const values = family.values.map((sample) => {
    const label = nameOf(sample.labels);
    if (label === undefined || kept.has(sample.labels[label])) return sample;
    return { ...sample, labels: { ...sample.labels, [label]: OTHER } };
  });
  return { ...family, values };
}
