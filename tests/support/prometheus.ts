import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { freePort } from './free-port';
import { accepts } from './nginx';

const RULES = resolve('deploy/prometheus/alerts.yml');

const answerSchema = z.object({ status: z.literal('success'), data: z.unknown() });
const vectorSchema = z.object({
  result: z.array(
    z.object({
      metric: z.record(z.string(), z.string()),
      value: z.tuple([z.number(), z.string()]),
    }),
  ),
});
const rulesSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(z.object({ name: z.string(), health: z.string(), state: z.string() })),
    }),
  ),
});

export type Series = z.infer<typeof vectorSchema>['result'][number];

/** A private Prometheus with the alerts of deploy/prometheus, which scrapes four times a second. */
export class Prometheus {
  private constructor(
    private readonly url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** @param targets URLs of what is scraped, as the job `floodgate` */
  static async start(targets: readonly string[]): Promise<Prometheus> {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'floodgate-prometheus-'));
    const configuration = {
      global: { scrape_interval: '250ms', scrape_timeout: '250ms', evaluation_interval: '250ms' },
      rule_files: [RULES],
      scrape_configs: [
        {
          job_name: 'floodgate',
          static_configs: [{ targets: targets.map((url) => new URL(url).host) }],
        },
      ],
    };
    // YAML takes JSON.
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(configuration));
    const child = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    await accepts(port, child);
    return new Prometheus(`http://127.0.0.1:${port}`, child, folder);
  }

  /** What an instant query gives now. @throws z.ZodError when it is refused */
  async query(expr: string): Promise<readonly Series[]> {
    return vectorSchema.parse(await this.ask('query', { query: expr })).result;
  }

  /** The values that a label has, as a dashboard's variable asks. */
  async labelValues(label: string, selector: string): Promise<readonly string[]> {
    const told = await this.ask(`label/${label}/values`, { 'match[]': selector });
    return z.array(z.string()).parse(told);
  }

  /** The alert rules, and how their last evaluation went. */
  async rules() {
    return rulesSchema.parse(await this.ask('rules', {})).groups.flatMap(({ rules }) => rules);
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
    await rm(this.folder, { recursive: true, force: true });
  }

  private async ask(path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
    const query = new URLSearchParams(parameters);
    const response = await fetch(`${this.url}/api/v1/${path}?${query}`);
    return answerSchema.parse(await response.json()).data;
  }
}
