// `npm test`: everything, on what it installs and starts itself. Arguments choose: `npm test -- limiter`
// runs the Vitest files whose path holds the word, `npm test -- e2e` what Playwright runs.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodeOf } from './command.mjs';
import { installMissingPackages } from './debian-packages.mjs';
import { ROOT } from './paths.mjs';
import { prepareBuild, prepareDependencies } from './prepare.mjs';
import { readPlaywright, readVitest } from './test-report.mjs';

const results = mkdtempSync(join(tmpdir(), 'floodgate-tests-'));

const runners = {
  vitest: {
    args: ['run', '--reporter=default', '--reporter=json', `--outputFile=${results}/vitest.json`],
    environment: {},
    read: readVitest,
  },
  playwright: {
    args: ['test', '--reporter=list,json'],
    environment: { PLAYWRIGHT_JSON_OUTPUT_FILE: `${results}/playwright.json` },
    read: readPlaywright,
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
  const reports = [];
  for (const name of chosen) reports.push(await runOne(name, words));
  const passed = reports.reduce((sum, report) => sum + report.passed, 0);
  const failed = reports.flatMap((report) => report.failed);
  const flaky = reports.flatMap((report) => report.flaky);
  list('Passed only at the second attempt', flaky);
  list('Failed', failed);
  console.log(`\n${passed} passed, ${failed.length} failed, ${flaky.length} flaky`);
  return failed.length === 0 && passed > 0 ? 0 : 1;
}

/** At the end, where whoever sees only the last lines finds it. */
function list(heading, tests) {
  if (tests.length === 0) return;
  console.log(`\n${heading}:`);
  for (const { name, message } of tests) {
    console.log(`  ${name.replace(`${ROOT}/`, '')}`);
    for (const line of message.split('\n').slice(0, 8)) console.log(`      ${line}`);
  }
}

function runnerFor(words) {
  return words.some((word) => word.startsWith('e2e')) ? 'playwright' : 'vitest';
}

async function runOne(name, words) {
  const { args, environment, read } = runners[name];
  const bin = join(ROOT, 'node_modules', '.bin', name);
  const exitCode = await exitCodeOf(bin, [...args, ...words], {
    env: { ...process.env, ...environment },
  });
  const report = read(JSON.parse(readFileSync(join(results, `${name}.json`), 'utf8')));
  if (exitCode !== 0 && report.failed.length === 0) {
    report.failed.push({ name, message: `ended with exit code ${exitCode}` });
  }
  return report;
}
