import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { hasWrk, LOAD_CORE, onCore } from './machine.mjs';

const run = promisify(execFile);
const WRK_REPORT = fileURLToPath(new URL('wrk-report.lua', import.meta.url));
const AUTOCANNON = fileURLToPath(
  new URL('../node_modules/autocannon/autocannon.js', import.meta.url),
);

/**
 * @typedef {object} Load
 * @property {number} requests answered
 * @property {number} seconds it took
 * @property {number} refused answers that are not 2xx
 * @property {number} broken connections lost and answers that never came
 * @property {number} p50Ms
 * @property {number} p99Ms
 */

/**
 * GETs over kept-alive connections without pipelining.
 * @param {{url: string, connections: number, seconds: number, headers?: Record<string, string>, perSecond?: number}} options
 *   perSecond: of all connections together, about; as many as the server answers when absent
 * @returns {Promise<Load>}
 */
export function applyLoad(options) {
  return hasWrk ? applyWrk(options) : applyAutocannon(options);
}

async function applyWrk({ url, connections, seconds, headers = {}, perSecond }) {
  const flags = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', WRK_REPORT, ...fields(headers)];
  const rest =
    perSecond === undefined ? {} : { REST_MS: String((connections * 1_000) / perSecond) };
  const { stdout } = await pinned(['wrk', ...flags, url], rest);
  const report = /^REPORT (.+)$/m.exec(stdout)?.[1];
  if (report === undefined) throw new Error(`wrk did not report:\n${stdout}`);
  return JSON.parse(report);
}

async function applyAutocannon({ url, connections, seconds, headers = {}, perSecond }) {
  const pace = perSecond === undefined ? [] : ['-R', String(perSecond)];
  const flags = [
    '--json',
    ...pace,
    '-c',
    String(connections),
    '-d',
    String(seconds),
    ...fields(headers),
  ];
  const { stdout } = await pinned([process.execPath, AUTOCANNON, ...flags, url]);
  const report = JSON.parse(stdout);
  return {
    requests: report.requests.total,
    seconds: report.duration,
    refused: report.non2xx,
    broken: report.errors + report.timeouts,
    p50Ms: report.latency.p50,
    p99Ms: report.latency.p99,
  };
}

/** Both tools take them alike. */
function fields(headers) {
  return Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
}

function pinned(command, environment = {}) {
  const [file, ...args] = onCore(LOAD_CORE, command);
  return run(file, args, { env: { ...process.env, ...environment } });
}
