import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { algorithmNames } from '../algorithms';
import { type FailureCounts, isMissingScript } from './failure';

const ALGORITHMS = '--@algorithms';
const SCRIPT = '--@script';

export interface Script {
  readonly text: string;
  readonly sha: string;
}

/** The script's KEYS and ARGV for one call. */
export interface ScriptCall {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

export interface Scripts {
  readonly decide: Script;
  readonly release: Script;
  readonly reset: Script;
  /** For keys of a cluster slot on its way to another node, see `moving-slot.lua`. */
  readonly decideWhileMoving: Script;
  readonly releaseWhileMoving: Script;
}

/**
 * Reads all scripts.
 * @throws Error when a file is missing
 */
export function loadScripts(directory: string): Scripts {
  const decide = loadScript(directory, 'decide');
  const release = loadScript(directory, 'release');
  const wrapper = read(directory, 'moving-slot');
  const whileMoving = (script: string) => wrapper.replace(SCRIPT, () => script);
  return {
    decide: scriptOf(decide),
    release: scriptOf(release),
    reset: scriptOf(loadScript(directory, 'reset')),
    decideWhileMoving: scriptOf(whileMoving(decide)),
    releaseWhileMoving: scriptOf(whileMoving(release)),
  };
}

/**
 * Reads a script and the file of every registered algorithm into one text.
 * @throws Error when a file is missing
 */
export function loadScript(directory: string, name: 'decide' | 'release' | 'reset'): string {
  const algorithms = algorithmNames.map((algorithm) => read(directory, algorithm)).join('\n');
  return read(directory, name).replace(ALGORITHMS, () => algorithms);
}

function scriptOf(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/** Runs a script by its hash. */
export type Evaluate = (
  client: Redis,
  script: Script,
  call: ScriptCall,
  isAsking?: boolean,
) => Promise<unknown>;

/**
 * Runs scripts by their hash and sends the text to a server that does not know it: after a restart,
 * a failover, a SCRIPT FLUSH. Not ioredis's defineCommand: that takes a server to know what this
 * connection has once sent, counts nothing, and would drop the ASKING before the second attempt.
 * @param failures counts those attempts
 */
export function createEvaluate(failures: FailureCounts): Evaluate {
  const sending = new WeakSet<Redis>();

  function send(client: Redis, script: Script, call: ScriptCall): Promise<unknown> {
    sending.add(client);
    return client.eval(script.text, call.keys.length, ...call.keys, ...call.args).finally(() => {
      sending.delete(client);
    });
  }

  function bySha(client: Redis, script: Script, { keys, args }: ScriptCall): Promise<unknown> {
    return client.evalsha(script.sha, keys.length, ...keys, ...args);
  }

  return (client, script, call, isAsking = false) => {
    const allow = () => {
      if (isAsking) client.asking().catch(() => undefined);
    };
    allow();
    return bySha(client, script, call).catch((error: unknown) => {
      if (!isMissingScript(error)) throw error;
      failures.add('no-script');
      allow();
      if (!sending.has(client)) return send(client, script, call);
      // Redis answers in order: once the text that is on its way has run, the hash is known.
      return bySha(client, script, call).catch((again: unknown) => {
        if (!isMissingScript(again)) throw again;
        allow();
        return send(client, script, call);
      });
    });
  };
}

function read(directory: string, name: string): string {
  return readFileSync(join(directory, `${name}.lua`), 'utf8');
}
