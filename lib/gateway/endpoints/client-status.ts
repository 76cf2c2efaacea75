import { z } from 'zod';
import { type Call, type IpAddress, ipIdentifier, json, parseIp, problem } from '../../http';
import type { ClientAddressReader } from '../../identity';
import { algorithmOf, type Limit } from '../../limiter';
import type { CompiledPolicy, Snapshot, Subject } from '../../policy';
import { jsonAnswer, problemAnswer, problemSchema } from '../answers';
import type { Endpoint, Exchange } from '../endpoint';
import { isMeasured } from '../rate-limit-headers';
import { FORWARD } from './forward';

export const clientStatusSchema = z
  .object({
    client_ip: z.string(),
    rate_limit_status: z.object({
      /** Null while the store is failing and nothing is counted. */
      tokens_remaining: z.int().nullable(),
      capacity: z.int(),
      /** Tokens per second; of a window its average, of places 0. */
      refill_rate: z.number(),
    }),
  })
  .meta({ id: 'ClientStatus' });

type ClientStatus = z.infer<typeof clientStatusSchema>;

export interface ClientStatusOptions {
  readonly clientIp: ClientAddressReader;
  readonly snapshot: () => Snapshot;
  /** Admins may ask about everybody. */
  readonly isAdmin: (call: Call) => Promise<boolean>;
}

/** What is left to an address under the policy `forward`. Consumes nothing. */
export function clientStatusEndpoint(options: ClientStatusOptions): Endpoint {
  const { clientIp, snapshot, isAdmin } = options;

  async function handle({ call, requestId, params }: Exchange) {
    const refuse = (status: number, title: string, detail: string) =>
      problem({ status, title, detail }, call.path, requestId, 'Cache-Control', 'no-store');
    const address = parseIp(params.ip ?? '');
    if (address === undefined) return refuse(404, 'Not found', 'This is no IP address.');
    const asking = clientIp(call).identifier;
    if (ipIdentifier(address) !== asking && !(await isAdmin(call))) {
      const detail = `You may ask about your own address, ${asking}; admins about all.`;
      return refuse(403, 'Forbidden', detail);
    }
    const policy = snapshot().policy(FORWARD.policy);
    const status = policy && (await statusOf(policy, address));
    if (status === undefined) {
      return refuse(404, 'Not found', `No policy ${FORWARD.policy} limits this address.`);
    }
    return json(200, status, 'Cache-Control', 'no-store');
  }

  return {
    path: '/client-status/{ip}',
    methods: {
      GET: {
        documentation: {
          id: 'getClientStatus',
          summary: `Tell how much of ${FORWARD.path} is left to an address`,
          description:
            "Consumes nothing. Only for the caller's own address, an IPv6 one by its /64, unless an admin asks.",
          tag: 'Limits',
          params: [
            { name: 'ip', description: 'An IPv4 or IPv6 address.', schema: z.string().min(1) },
          ],
          answers: {
            200: jsonAnswer('What is left.', clientStatusSchema),
            403: problemAnswer("The address is not the caller's.", problemSchema),
            404: problemAnswer('This is no address, or nothing limits it.', problemSchema),
          },
        },
        handle,
      },
    },
  };
}

async function statusOf(
  { policy, isExempt, limiterFor, identifierOf }: CompiledPolicy,
  address: IpAddress,
): Promise<ClientStatus | undefined> {
  const subject = anonymousAt(address);
  const limiter = isExempt(subject) ? undefined : limiterFor(subject.tier);
  if (policy.mode === 'off' || limiter === undefined) return undefined;
  const decision = await limiter.peek(identifierOf(subject, FORWARDING, FORWARD.path));
  const measured = isMeasured(decision) ? decision.binding : undefined;
  const limit = measured?.limit ?? limiter.policy.limits[0];
  return {
    client_ip: address.toString(),
    rate_limit_status: {
      tokens_remaining: measured?.remaining ?? null,
      capacity: limit.quota,
      refill_rate: refillRate(limit),
    },
  };
}

/** Tokens per second. */
function refillRate(limit: Limit): number {
  switch (limit.algorithm) {
    case 'token-bucket':
    case 'gcra':
      return (limit.refillTokens * 1_000) / limit.refillIntervalMs;
    case 'concurrency':
      return 0;
    default:
      return (limit.quota * 1_000) / algorithmOf(limit).windowMs(limit);
  }
}

function anonymousAt(address: IpAddress): Subject {
  const nothing = { keyId: undefined, user: undefined, tier: undefined, claim: () => undefined };
  return { ip: ipIdentifier(address), address, ...nothing };
}

/** The request whose counters are meant, as policies read it. */
const FORWARDING: Call = {
  method: 'POST',
  path: FORWARD.path,
  query: '',
  peerAddress: '',
  header: () => undefined,
  body: async () => '',
};
