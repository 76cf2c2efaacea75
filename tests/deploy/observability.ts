import { parse } from 'yaml';
import { z } from 'zod';
import { textOf } from './repository';

const gridPosSchema = z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() });

const dataSourceSchema = z.strictObject({
  type: z.literal('prometheus'),
  // By the variable: dashboards move to Grafanas that call theirs otherwise.
  uid: z.literal('$' + '{datasource}'),
});

const targetSchema = z.object({
  refId: z.string(),
  datasource: dataSourceSchema,
  expr: z.string().min(1),
});

const panelSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('row'),
    id: z.int(),
    title: z.string().min(1),
    gridPos: gridPosSchema,
  }),
  z.object({
    type: z.enum(['timeseries', 'stat', 'heatmap', 'state-timeline', 'table']),
    id: z.int(),
    title: z.string().min(1),
    description: z.string().min(1),
    gridPos: gridPosSchema,
    datasource: dataSourceSchema,
    fieldConfig: z.object({ defaults: z.looseObject({ unit: z.string().optional() }) }),
    options: z.looseObject({}),
    targets: z.array(targetSchema).min(1),
  }),
]);

const variableSchema = z.object({
  type: z.enum(['datasource', 'query']),
  name: z.string(),
  label: z.string(),
  query: z.union([z.string(), z.object({ query: z.string() })]),
});

const dashboardSchema = z.object({
  uid: z.string().regex(/^[a-zA-Z0-9_-]{1,40}$/),
  title: z.string(),
  schemaVersion: z.int().min(39),
  annotations: z.object({ list: z.array(z.object({ name: z.string(), expr: z.string() })) }),
  templating: z.object({ list: z.array(variableSchema) }),
  panels: z.array(panelSchema).min(1),
});

export type Panel = z.infer<typeof panelSchema>;

/** The dashboard, as Grafana is given it. */
export const dashboard = dashboardSchema.parse(
  JSON.parse(textOf('deploy/grafana/dashboards/floodgate.json')),
);

/** A query, and where it is. */
export interface Query {
  readonly place: string;
  readonly expr: string;
}

/** Every query of the dashboard's panels and annotations, with its variables in it. */
export const dashboardQueries: readonly Query[] = [
  ...dashboard.panels.flatMap((panel) =>
    panel.type === 'row'
      ? []
      : panel.targets.map(({ refId, expr }) => ({ place: `${panel.title} ${refId}`, expr })),
  ),
  ...dashboard.annotations.list.map(({ name, expr }) => ({ place: `annotation ${name}`, expr })),
];

/** The query of a variable; undefined for one that has none. */
export function variableQuery({ query }: (typeof dashboard.templating.list)[number]) {
  return typeof query === 'string' ? undefined : query.query;
}

/** A query as Grafana sends it while all is chosen. @param interval what rates are taken over */
export function filled(expr: string, interval = '1m'): string {
  return expr
    .replaceAll('$__rate_interval', interval)
    .replaceAll('$job', 'floodgate')
    .replaceAll(/\$(?:replica|route|policy|upstream)\b/g, '.*');
}

const ruleSchema = z.strictObject({
  alert: z.string().regex(/^Floodgate[A-Za-z]+$/),
  expr: z.string(),
  for: z.string(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
  annotations: z.strictObject({ summary: z.string().min(1), description: z.string().min(1) }),
});

const rulesSchema = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(ruleSchema) })),
});

/** The alert rules. */
export const alerts = rulesSchema
  .parse(parse(textOf('deploy/prometheus/alerts.yml')))
  .groups.flatMap(({ rules }) => rules);

/** Names of Floodgate's metrics and Node's that a query asks for, without what a histogram adds. */
export function metricsIn(expr: string): string[] {
  const names = expr.match(/\b(?:floodgate|nodejs|process)_[a-z0-9_]+\b/g) ?? [];
  return names.map((name) => name.replace(/_(?:bucket|sum|count)$/, ''));
}
