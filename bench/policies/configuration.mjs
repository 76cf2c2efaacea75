import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PLENTY = 1_000_000_000;
const YEAR_MS = 31_536_000_000;
export const STOCK_PRICE_PATH = '/api/v1/stock-price';

/** A limit that no run of ours exhausts. */
export const plenty = { algorithm: 'fixed-window', quota: PLENTY, window_ms: YEAR_MS };

export const stockPricePolicy = {
  name: 'stock-price',
  match: { paths: [STOCK_PRICE_PATH] },
  scope: ['identity'],
  limits: [plenty],
  final: true,
  priority: 100,
};

/**
 * Policies as a busy installation has them: services with literal paths, parameters and prefixes, some by
 * host or method. None matches the stock price.
 * @param {number} count
 */
export function manyPolicies(count) {
  const shapes = [
    (i) => ({ paths: [`/api/service-${i}/orders/:order`] }),
    (i) => ({ paths: [`/api/service-${i}/*`] }),
    (i) => ({ paths: [`/api/v2/items-${i}`], methods: ['GET', 'POST'] }),
    (i) => ({ paths: [STOCK_PRICE_PATH], hosts: [`tenant-${i}.example.org`] }),
  ];
  return Array.from({ length: count }, (_, i) => ({
    name: `policy-${i}`,
    match: shapes[i % shapes.length](i),
    limits: [plenty],
  }));
}

/** What is there still when the process ends: no way out leaves a folder behind. */
const directories = new Set();
process.on('exit', () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/**
 * A configuration file in a folder of its own, which is gone with this process at the latest.
 * @param {object} configuration
 * @returns {Promise<{path: string, remove: () => Promise<void>}>}
 */
export async function writeConfiguration(configuration) {
  const directory = await mkdtemp(join(tmpdir(), 'floodgate-bench-config-'));
  directories.add(directory);
  const path = join(directory, 'floodgate.config.json');
  await writeFile(path, JSON.stringify(configuration));
  return {
    path,
    async remove() {
      await rm(directory, { recursive: true, force: true });
      directories.delete(directory);
    },
  };
}
