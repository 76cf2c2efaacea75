import { ReplyError } from 'ioredis';
import { StoreError, type StoreFailure, type StoreHealth } from '../store';

/** First words of Redis's errors. */
const kinds: Readonly<Record<string, StoreFailure>> = {
  READONLY: 'read-only',
  MASTERDOWN: 'read-only',
  LOADING: 'loading',
  OOM: 'out-of-memory',
  BUSY: 'busy',
  NOAUTH: 'no-auth',
  WRONGPASS: 'no-auth',
  NOPERM: 'no-permission',
  WRONGTYPE: 'wrong-type',
  CLUSTERDOWN: 'cluster-down',
  TRYAGAIN: 'cluster-down',
  NOSCRIPT: 'no-script',
  MOVED: 'redirected',
  ASK: 'redirected',
};

/** Before Redis 7 an error that a script met came wrapped into a sentence. */
const WRAPPED = /: -([A-Z]+) /;
/** What Redis says to commands of many parts from a client that has not given its password. */
const TOO_LONG_FOR_STRANGERS = /unauthenticated (?:multi)?bulk length/;
const DENIED_IN_SCRIPT = /ACL failure in script|script can't run this command/;
const IN_SCRIPT = /user_script/;

/** Counts of failures since the start, by kind. */
export class FailureCounts {
  readonly #counts: Partial<Record<StoreFailure, number>> = {};

  add(kind: StoreFailure): void {
    this.#counts[kind] = (this.#counts[kind] ?? 0) + 1;
  }

  read(): StoreHealth['failures'] {
    return { ...this.#counts };
  }
}

export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  // Not as its cause: ioredis's errors carry the command, which is the whole script.
  return new StoreError(kindOf(error), messageOf(error));
}

function kindOf(error: unknown): StoreFailure {
  if (!(error instanceof ReplyError)) return 'disconnected';
  const message = messageOf(error);
  const [word = ''] = message.split(' ', 1);
  const kind = kinds[word] ?? kinds[WRAPPED.exec(message)?.[1] ?? ''];
  if (kind !== undefined) return kind;
  if (TOO_LONG_FOR_STRANGERS.test(message)) return 'no-auth';
  return DENIED_IN_SCRIPT.test(message) ? 'no-permission' : 'refused';
}

/** Whether a failure says that the server cannot decide anything now, rather than this one call. */
export function condemnsServer({ kind, message }: StoreError): boolean {
  if (kind === 'wrong-type' || kind === 'bad-reply') return false;
  return kind !== 'refused' || !IN_SCRIPT.test(message);
}

export function isMissingScript(error: unknown): boolean {
  return error instanceof ReplyError && messageOf(error).startsWith('NOSCRIPT');
}

export function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
