// `npm test`: everything, on what it installs and starts itself. Arguments choose: `npm test -- limiter`
// runs the Vitest files whose path holds the word, `npm test -- e2e` what Playwright runs.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodeOf } from './command.mjs';
import { installMissingPackages } from './debian-packages.mjs';
import { ROOT } from './paths.mjs';
import { prepareBuild, prepareDependencies } from './prepare.mjs';

const results = mkdtempSync(join(tmpdir(), 'floodgate-tests-'));

const runners = {
  vitest: {
    args: ['run', '--reporter=default', '--reporter=json', `--outputFile=${results}/vitest.json`],
    environment: {},
    count: ({ numPassedTests, numFailedTests }) => [numPassedTests, numFailedTests],
  },
  playwright: {
    args: ['test', '--reporter=list,json'],
    environment: { PLAYWRIGHT_JSON_OUTPUT_FILE: `${results}/playwright.json` },
    count: ({ stats, errors }) => [stats.expected + stats.flaky, stats.unexpected + errors.length],
  },
};

process.chdir(ROOT);
try {
  await prepareDependencies();
  await installMissingPackages();
  await prepareBuild();
  process.exitCode = await runAll(process.argv.slice(2));
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = error.exitCode ?? 1;
} finally {
  rmSync(results, { recursive: true, force: true });
}

async function runAll(words) {
  const chosen = words.length === 0 ? ['vitest', 'playwright'] : [runnerFor(words)];
  let passed = 0;
  let failed = 0;
  for (const name of chosen) {
    const [ran, broke] = await runOne(name, words);
    passed += ran;
    failed += broke;
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

function runnerFor(words) {
  return words.some((word) => word.startsWith('e2e')) ? 'playwright' : 'vitest';
}

async function runOne(name, words) {
  const { args, environment, count } = runners[name];
  const bin = join(ROOT, 'node_modules', '.bin', name);
  const exitCode = await exitCodeOf(bin, [...args, ...words], {
    env: { ...process.env, ...environment },
  });
  const [passed, failed] = count(JSON.parse(readFileSync(join(results, `${name}.json`), 'utf8')));
  // A file that does not load has no tests to fail.
  return [passed, exitCode === 0 ? failed : Math.max(1, failed)];
}
