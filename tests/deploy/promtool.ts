import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './repository';

export interface Checked {
  readonly status: number | null;
  readonly output: string;
}

/** Runs Prometheus's own checker in deploy/prometheus. @param input what it reads from stdin */
export function promtool(parameters: readonly string[], input = ''): Checked {
  const { status, stdout, stderr } = spawnSync('promtool', parameters, {
    cwd: join(ROOT, 'deploy/prometheus'),
    encoding: 'utf8',
    input,
  });
  return { status, output: stdout + stderr };
}

/** Whether Prometheus can parse all of these. */
export function checkExpressions(expressions: readonly string[]): Checked {
  const folder = mkdtempSync(join(tmpdir(), 'floodgate-promql-'));
  try {
    const rules = expressions.map((expr, index) => ({ record: `checked:${index}`, expr }));
    const file = join(folder, 'rules.yml');
    // YAML takes JSON.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'checked', rules }] }));
    return promtool(['check', 'rules', file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
