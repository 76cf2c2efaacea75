import { Registry } from 'prom-client';
import type { Family, Labels, Sample } from './family';
import { takeTurns } from './turns';

/** Prometheus's text format 0.0.4, and OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

export const CONTENT_TYPES: Readonly<Record<ExpositionFormat, string>> = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
};

/**
 * Writes metrics down as Prometheus reads them, a metric at a time: prom-client's registry would write
 * all of them in one turn of the event loop.
 * @param families of different names
 */
export async function exposition(
  families: readonly Family[],
  format: ExpositionFormat,
): Promise<string> {
  const endOfStep = takeTurns();
  const parts: string[] = [];
  for (const family of families) {
    parts.push(written(family, format));
    await endOfStep();
  }
  if (format === 'openmetrics') parts.push('# EOF\n');
  return parts.join('');
}

function written({ name, help, type, values }: Family, format: ExpositionFormat): string {
  // OpenMetrics names a counter without the suffix that its samples have.
  const isSuffixed = format === 'openmetrics' && type === 'counter';
  const family = isSuffixed ? name.replace(/_total$/, '') : name;
  const sampled = isSuffixed ? `${family}_total` : name;
  let text = `# HELP ${family} ${escaped(help)}\n# TYPE ${family} ${type}\n`;
  for (const sample of values) text += line(sample, sampled);
  return text;
}

function line({ metricName, labels, value }: Sample, name: string): string {
  return `${metricName ?? name}${labelText(labels)} ${value}\n`;
}

function labelText(labels: Labels): string {
  let text = '';
  for (const name in labels) {
    const value = labels[name];
    const shown = typeof value === 'string' ? escaped(value) : value;
    text += `${text === '' ? '{' : ','}${name}="${shown}"`;
  }
  return text === '' ? '' : `${text}}`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '"': '\\"' };

function escaped(text: string): string {
  return /[\\\n"]/.test(text) ? text.replace(/[\\\n"]/g, (found) => ESCAPES[found] ?? found) : text;
}
