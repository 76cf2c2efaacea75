import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { dashboard, dashboardQueries, filled, type Panel, variableQuery } from './observability';
import { checkExpressions } from './promtool';
import { textOf } from './repository';

const COLUMNS = 24;

function isOverlapping({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

const dataSourcesSchema = z.object({
  datasources: z.tuple([z.object({ type: z.literal('prometheus'), url: z.url() })]),
});
const providersSchema = z.object({
  providers: z.tuple([
    z.object({ type: z.literal('file'), options: z.object({ path: z.string() }) }),
  ]),
});
const composeSchema = z.object({
  services: z.looseObject({
    prometheus: z.object({ command: z.array(z.string()), volumes: z.array(z.string()) }),
    grafana: z.object({
      environment: z.record(z.string(), z.string()),
      volumes: z.array(z.string()),
    }),
  }),
});
const { services } = composeSchema.parse(parse(textOf('compose.yaml'), { merge: true }));

describe('the dashboard', () => {
  it('has an id for each panel', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has panels that stay within the grid and do not overlap', () => {
    for (const { title, gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(COLUMNS);
      expect(Math.min(gridPos.x, gridPos.y), title).toBeGreaterThanOrEqual(0);
      expect(Math.min(gridPos.w, gridPos.h), title).toBeGreaterThan(0);
    }
    const overlaps = dashboard.panels.flatMap((panel, index) =>
      dashboard.panels
        .slice(index + 1)
        .filter((other) => isOverlapping(panel, other))
        .map((other) => `${panel.title} and ${other.title}`),
    );
    expect(overlaps).toEqual([]);
  });

  it('says in which unit each panel is', () => {
    for (const panel of dashboard.panels) {
      if (panel.type === 'row') continue;
      const { unit } = panel.fieldConfig.defaults;
      if (panel.type === 'heatmap') expect(panel.options.yAxis).toMatchObject({ unit: 's' });
      else expect(unit, panel.title).toMatch(/^\w+$/);
    }
  });

  it('has no two panels of one title, and no two queries of one name in a panel', () => {
    const titles = dashboard.panels.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    for (const panel of dashboard.panels) {
      if (panel.type === 'row') continue;
      const names = panel.targets.map(({ refId }) => refId);
      expect(new Set(names).size, panel.title).toBe(names.length);
    }
  });

  it('uses the variables that it has, and has those that it uses', () => {
    const names = dashboard.templating.list.map(({ name }) => name);
    const queries = [
      ...dashboardQueries.map(({ expr }) => expr),
      ...dashboard.templating.list.flatMap((variable) => variableQuery(variable) ?? []),
    ];
    const used = queries.flatMap((query) => query.match(/(?<=\$)(?!__)\w+/g) ?? []);
    expect([...new Set([...used, 'datasource'])].sort()).toEqual(names.toSorted());
  });

  it('asks what Prometheus understands', () => {
    const expressions = dashboardQueries.map(({ expr }) => filled(expr));
    expect(checkExpressions(expressions)).toMatchObject({ status: 0 });
  });
});

describe('the Grafana of compose.yaml', () => {
  it('finds Prometheus, the dashboard and what provides them', () => {
    const mounts = new Map(
      services.grafana.volumes.map((volume) => {
        const [from = '', to = ''] = volume.split(':');
        return [to, from];
      }),
    );
    expect(mounts.get('/etc/grafana/provisioning')).toBe('./deploy/grafana/provisioning');
    const folder = 'deploy/grafana/provisioning';
    const { providers } = providersSchema.parse(
      parse(textOf(`${folder}/dashboards/floodgate.yml`)),
    );
    const { path } = providers[0].options;
    expect(mounts.get(path)).toBe('./deploy/grafana/dashboards');
    expect(services.grafana.environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH).toBe(
      `${path}/floodgate.json`,
    );
    const { datasources } = dataSourcesSchema.parse(
      parse(textOf(`${folder}/datasources/prometheus.yml`)),
    );
    expect(new URL(datasources[0].url).host).toBe('prometheus:9090');
  });

  it('stands beside a Prometheus that is given its configuration', () => {
    expect(services.prometheus.volumes).toContain('./deploy/prometheus:/etc/prometheus:ro');
    expect(services.prometheus.command).toContain('--config.file=/etc/prometheus/prometheus.yml');
  });
});
