import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';

/** The server under test has a core of its own; load generator and Redis share the other. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

export const isPinned = cpus().length > LOAD_CORE && succeeds('taskset', ['-V']);
export const hasWrk = spawnSync('wrk', ['-v']).error === undefined;
export const python = '/usr/bin/python3';
export const hasFastApi = succeeds(python, ['-c', 'import fastapi, uvicorn, redis']);
const hasUvloop = hasFastApi && succeeds(python, ['-c', 'import uvloop, httptools']);

/** What must be known to read the numbers. */
export function describeMachine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    redis: firstMatch('redis-server', ['--version'], /v=([\d.]+)/),
    load_generator: hasWrk ? 'wrk' : 'autocannon',
    pinned: isPinned,
    ...(hasFastApi && { uvicorn_loop: hasUvloop ? 'uvloop, httptools' : 'asyncio, h11' }),
  };
}

/**
 * The command that runs another one on one core, where that is possible.
 * @param {number} core
 * @param {string[]} command
 */
export function onCore(core, command) {
  return isPinned ? ['taskset', '-c', String(core), ...command] : command;
}

/**
 * Resident memory of a process, MiB; undefined where the system does not tell.
 * @param {number} pid
 */
export function residentMib(pid) {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib === undefined ? undefined : Number(kib) / 1_024;
  } catch {
    return undefined;
  }
}

function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function firstMatch(command, args, pattern) {
  return (
    pattern.exec(spawnSync(command, args, { encoding: 'utf8' }).stdout ?? '')?.[1] ?? 'unknown'
  );
}
