import { formatCount, formatDuration, plural } from '@/components/traffic/format';
import type { Settings, SettingsKind } from './upstream-draft';

export interface SettingField {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
}

interface SettingsGroup {
  readonly kind: SettingsKind;
  readonly title: string;
  readonly fields: readonly SettingField[];
  /** What the settings say, in a line. */
  words(settings: Settings): string;
}

const field = (name: string, label: string, hint: string): SettingField => ({ name, label, hint });

/** The numbers of an upstream, in the order in which people come to need them. */
export const SETTINGS_GROUPS: readonly SettingsGroup[] = [
  {
    kind: 'health_check',
    title: 'Health check',
    fields: [
      field('interval_ms', 'Every', 'Between two checks of a target'),
      field('timeout_ms', 'Longest wait', 'For its answer'),
      field('unhealthy_after', 'Unhealthy after', 'Failures in a row'),
      field('healthy_after', 'Healthy after', 'Successes in a row'),
    ],
    words: (s) =>
      `GET ${s.path} every ${time(s.interval_ms)}; unhealthy after ${count(s.unhealthy_after)} failures in a row`,
  },
  {
    kind: 'breaker',
    title: 'Circuit breaker',
    fields: [
      field('failure_percent', 'Failures, %', 'That open it'),
      field('slow_percent', 'Slow answers, %', 'That open it'),
      field('slow_ms', 'Slow from', 'An answer that takes longer is slow'),
      field('window_ms', 'Window', 'How far back it looks'),
      field('least_requests', 'Least requests', 'Fewer in the window say nothing'),
      field('open_ms', 'Open for', 'Until a probe'),
    ],
    words: (s) =>
      `opens at ${count(s.failure_percent)} % failures or ${count(s.slow_percent)} % slower than ${time(s.slow_ms)}, of at least ${count(s.least_requests)} requests in ${time(s.window_ms)}; probe after ${time(s.open_ms)}`,
  },
  {
    kind: 'ejection',
    title: 'Ejection',
    fields: [
      field('after_failures', 'After failures', 'Of one target in a row; 0: never'),
      field('for_ms', 'For', 'Twice as long each further time in a row'),
      field('most_percent', 'At most, %', 'Of the targets may be out at one time'),
    ],
    words: (s) =>
      s.after_failures === 0
        ? 'never'
        : `a target is out after ${count(s.after_failures)} failures in a row, for ${time(s.for_ms)}; at most ${count(s.most_percent)} % of them`,
  },
  {
    kind: 'retries',
    title: 'Retries',
    fields: [
      field('most', 'Further attempts', 'For one request that may be repeated'),
      field('budget_percent', 'Budget, %', 'Of the requests of late'),
    ],
    words: (s) =>
      s.most === 0
        ? 'none'
        : `${count(s.most)} more for a request, for at most ${count(s.budget_percent)} % of all`,
  },
  {
    kind: 'timeouts',
    title: 'Timeouts',
    fields: [
      field('connect_ms', 'Connection', 'Longest wait for one'),
      field('first_byte_ms', 'First byte', 'Longest wait for the head of the answer'),
      field('idle_ms', 'Silence', 'Longest within a body'),
    ],
    words: (s) =>
      `connection ${time(s.connect_ms)}, first byte ${time(s.first_byte_ms)}, silence ${time(s.idle_ms)}, whole exchange ${s.total_ms === undefined ? 'unbounded' : time(s.total_ms)}`,
  },
  {
    kind: 'connections',
    title: 'Connections',
    fields: [
      field('per_target', 'Per target', 'Requests in flight'),
      field('queued', 'Waiting', 'For a connection; beyond it 503 at once'),
      field('upgraded', 'Upgraded', 'Open WebSockets and the like, all targets'),
    ],
    words: (s) =>
      `${count(s.per_target)} in flight to a target, ${count(s.queued)} waiting; ${
        typeof s.upgraded === 'number' ? plural(s.upgraded, 'upgraded connection') : '?'
      }`,
  },
];

/** A setting as the form shows it: `10 s` for `10_000` of `window_ms`. */
export function settingWords(name: string, value: Settings[string]): string {
  return name.endsWith('_ms') ? time(value) : count(value);
}

function time(ms: Settings[string]): string {
  return typeof ms === 'number' ? formatDuration(ms) : '?';
}

function count(value: Settings[string]): string {
  return typeof value === 'number' ? formatCount(value) : '?';
}
