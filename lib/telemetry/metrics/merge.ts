import { AggregatorRegistry } from 'prom-client';
import { z } from 'zod';
import { type Family, familySchema } from './family';

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
