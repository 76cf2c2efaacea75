import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** A command that failed, or that a signal ended. */
export class CommandError extends Error {
  name = 'CommandError';

  /**
   * @param {string} message
   * @param {number} exitCode what a shell would have reported
   */
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Runs a command to its end. Signals that reach this process are handed on, so nothing outlives it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} the exit code; 128 + the signal's number after a signal
 */
export function exitCodeOf(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const forward = (signal) => child.kill(signal);
    for (const signal of FORWARDED) process.on(signal, forward);
    const stopForwarding = () => {
      for (const signal of FORWARDED) process.off(signal, forward);
    };
    child.once('error', (error) => {
      stopForwarding();
      reject(error);
    });
    child.once('close', (code, signal) => {
      stopForwarding();
      resolve(signal === null ? code : 128 + constants.signals[signal]);
    });
  });
}

/**
 * Like {@link exitCodeOf}, for a command that has to succeed.
 *
 * @throws {CommandError}
 */
export async function run(command, args, options) {
  const exitCode = await exitCodeOf(command, args, options);
  if (exitCode === 0) return;
  const name = [command, ...args].map((part) => part.split('/').pop()).join(' ');
  throw new CommandError(`${name} ended with ${exitCode}`, exitCode);
}
