import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../lib/config';
import { alerts } from './observability';
import { checkExpressions, promtool } from './promtool';
import { textOf } from './repository';

const composeSchema = z.object({ services: z.record(z.string(), z.unknown()) });
const { services } = composeSchema.parse(parse(textOf('compose.yaml'), { merge: true }));

const configSchema = z.object({
  rule_files: z.array(z.string()),
  scrape_configs: z.tuple([
    z.object({
      job_name: z.string(),
      static_configs: z.tuple([z.object({ targets: z.array(z.string()) })]),
    }),
  ]),
});
const config = configSchema.parse(parse(textOf('deploy/prometheus/prometheus.yml')));

const casesSchema = z.object({
  tests: z.array(
    z.object({
      alert_rule_test: z
        .array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) }))
        .default([]),
    }),
  ),
});

describe('the Prometheus of compose.yaml', () => {
  it('has a configuration and rules that Prometheus accepts', () => {
    expect(promtool(['check', 'config', 'prometheus.yml'])).toMatchObject({ status: 0 });
    expect(config.rule_files).toEqual(['alerts.yml']);
  });

  it('asks every gateway itself, at the port of the image', () => {
    const { PORT } = readConfig({ NODE_ENV: 'test' });
    const gateways = Object.keys(services).filter((name) => name.startsWith('gateway-'));
    const [{ job_name, static_configs }] = config.scrape_configs;
    expect(static_configs[0].targets).toEqual(gateways.map((name) => `${name}:${PORT}`));
    // What the alerts and the dashboard call it.
    expect(job_name).toBe('floodgate');
  });
});

describe('the alerts', () => {
  it('fire when they should and not else, as their cases say', () => {
    expect(promtool(['test', 'rules', 'alerts.test.yml'])).toMatchObject({ status: 0 });
  });

  it('have a case each in which they fire', () => {
    const { tests } = casesSchema.parse(parse(textOf('deploy/prometheus/alerts.test.yml')));
    const firing = tests
      .flatMap(({ alert_rule_test }) => alert_rule_test)
      .filter(({ exp_alerts }) => exp_alerts.length > 0);
    const names = alerts.map(({ alert }) => alert);
    expect([...new Set(firing.map(({ alertname }) => alertname))].sort()).toEqual(names.sort());
  });

  it('have a name each, and are described in docs/metrics.md', () => {
    const names = alerts.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    const text = textOf('docs/metrics.md');
    for (const name of names) expect(text).toContain(`\`${name}\``);
  });
});

describe('docs/metrics.md', () => {
  it('has queries that Prometheus understands', () => {
    const [, block = ''] = /```promql\n([\s\S]*?)```/.exec(textOf('docs/metrics.md')) ?? [];
    const queries = block.split('\n\n');
    expect(queries.length).toBeGreaterThan(5);
    expect(checkExpressions(queries)).toMatchObject({ status: 0 });
  });
});
