import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { build } from 'esbuild';
import { ROOT } from '../lib/floodgate.mjs';

/**
 * A chart on a page of its own in a browser of its own.
 * @param {string} library of a file in this folder
 */
export async function openChart(library) {
  const folder = await mkdtemp(join(tmpdir(), 'floodgate-charts-'));
  await build({
    absWorkingDir: ROOT,
    entryPoints: { chart: `bench/charts/${library}.jsx` },
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'iife',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  const read = (name) => readFile(join(folder, name), 'utf8').catch(() => '');
  const [script, style, tokens] = await Promise.all([
    read('chart.js'),
    read('chart.css'),
    readFile(join(ROOT, 'app/globals.css'), 'utf8'),
  ]);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info'],
  });
  const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.stack));
  await page.setContent(
    `<style>${tokens.slice(tokens.indexOf(':root'), tokens.indexOf('@layer'))}${style}</style><div id="root"></div>`,
  );
  await page.addScriptTag({ content: script });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  return {
    browser: `Chromium ${browser.version()}`,
    page,
    session,
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
      if (faults.length > 0) throw new Error(faults[0]);
    },
  };
}

/** Main-thread time so far, ms. */
export async function busyMs(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
}

/** Memory that is in use once everything that can go is gone, MiB. */
export async function heapMib(session) {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 2 ** 20;
}
