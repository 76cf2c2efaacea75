import { AggregatorRegistry, Registry, type RegistryContentType } from 'prom-client';
import type { Family } from './family';

/** Prometheus's text format 0.0.4, and OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

export const CONTENT_TYPES: Readonly<Record<ExpositionFormat, RegistryContentType>> = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
};

/** Writes metrics down as Prometheus reads them. */
export function exposition(families: readonly Family[], format: ExpositionFormat): Promise<string> {
  const named = format === 'text' ? families : families.map(withoutTotal);
  // A registry is made for each answer: prom-client renames counters within the one that it writes.
  const registry = AggregatorRegistry.aggregate<RegistryContentType>([[...named]]);
  registry.setContentType(CONTENT_TYPES[format]);
  return registry.metrics();
}

/** OpenMetrics names a counter without the suffix that its samples have. */
function withoutTotal(family: Family): Family {
  if (family.type !== 'counter') return family;
  return { ...family, name: family.name.replace(/_total$/, '') };
}
