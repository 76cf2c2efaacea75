import { ReplyError } from 'ioredis';
import { messageOf } from './failure';
import type { HostAndPort } from './redis-url';

/**
 * How a cluster node says that it did not run a command.
 * `moved`: the slot belongs to another node. `ask`: these keys are already there, or would be.
 * `divided`: some are here and some there.
 */
export type Redirection =
  | { readonly kind: 'moved' | 'ask'; readonly slot: number; readonly to: HostAndPort }
  | { readonly kind: 'divided' };

const ELSEWHERE = /^(?<kind>MOVED|ASK) (?<slot>\d+) (?<host>\S*):(?<port>\d+)$/;
const DIVIDED = /^TRYAGAIN |attempted to access a non local key/;

/** Following one is safe, unlike asking again after a lost connection: nothing was counted. */
export function redirectionOf(error: unknown): Redirection | undefined {
  if (!(error instanceof ReplyError)) return undefined;
  const message = messageOf(error);
  if (DIVIDED.test(message)) return { kind: 'divided' };
  const groups = ELSEWHERE.exec(message)?.groups;
  if (groups === undefined) return undefined;
  const { kind, slot, host = '', port } = groups;
  return {
    kind: kind === 'MOVED' ? 'moved' : 'ask',
    slot: Number(slot),
    to: { host, port: Number(port) },
  };
}

export function isRedirection(error: unknown): boolean {
  return redirectionOf(error) !== undefined;
}
