import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const LONGEST_START_MS = 60_000;
const LONGEST_STOP_MS = 15_000;
const PAUSE_MS = 50;
const TOLD_LINES = 5;

/**
 * @typedef {object} PartOptions
 * @property {string} name
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} [environment] what it gets, and nothing else
 * @property {string} folder where it runs
 * @property {string} logs the folder its output goes to
 * @property {() => Promise<boolean>} isReady
 * @property {NodeJS.Signals} stopSignal ends it soonest without breaking anything
 * @property {(ending: string) => void} onDeath told when it ends without having been asked to
 */

/** One process of the stack. */
export class Part {
  #child;
  #isWanted = false;

  /** @param {PartOptions} options */
  constructor(options) {
    this.options = options;
    this.name = options.name;
    this.log = join(options.logs, `${options.name}.log`);
  }

  get pid() {
    return this.#child?.pid;
  }

  get isRunning() {
    return this.#child !== undefined;
  }

  /** @throws {Error} when it ends at the start, or is not ready in time */
  async start() {
    const { command, args, environment, folder, isReady } = this.options;
    const output = openSync(this.log, 'a');
    // In a group of its own: Ctrl-C reaches the stack, which stops its parts in order.
    const child = spawn(command, args, {
      cwd: folder,
      env: environment ?? process.env,
      stdio: ['ignore', output, output],
      detached: true,
    });
    closeSync(output);
    this.#child = child;
    this.#isWanted = true;
    let fault;
    child.once('error', (error) => {
      fault = error.message;
      this.#child = undefined;
    });
    child.once('exit', (code, signal) => {
      fault = signal === null ? `ended with ${code}${this.lastWords()}` : `was ended by ${signal}`;
      this.#child = undefined;
      if (this.#isWanted && hasStarted) this.options.onDeath(fault);
    });
    let hasStarted = false;
    for (const started = performance.now(); !(await isReady()); await delay(PAUSE_MS)) {
      if (fault === undefined && performance.now() - started > LONGEST_START_MS)
        fault = 'is not ready after a minute';
      if (fault !== undefined) break;
    }
    if (fault !== undefined) throw new Error(`${this.name} ${fault}`);
    hasStarted = true;
  }

  /** Asks it to end, and ends it when it does not. */
  async stop(signal = this.options.stopSignal) {
    this.#isWanted = false;
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const late = setTimeout(() => this.kill(), LONGEST_STOP_MS);
    await exited;
    clearTimeout(late);
  }

  /** Ends it at once, with what it started. */
  kill() {
    this.#isWanted = false;
    if (this.#child?.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }

  /** The end of its log, for people. */
  lastWords() {
    const lines = readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-TOLD_LINES);
    return lines.map((line) => `\n    ${line}`).join('');
  }
}
