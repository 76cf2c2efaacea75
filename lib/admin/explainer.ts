import {
  type DecisionLog,
  type Explanation,
  explainHypothetical,
  explainRecorded,
  explainRefused,
  type RouteOf,
} from '../gateway';
import { type Call, ipIdentifier, parseIp, parseTarget } from '../http';
import type { Policy, Revision, Snapshot, Subject } from '../policy';
import { explainQuestion, type Fleet } from '../telemetry/fleet';
import type { ExplanationInput, HypotheticalRequest } from './explanation-input';

export interface ExplainerOptions {
  readonly decisions: DecisionLog;
  readonly snapshot: () => Snapshot;
  /** For policies that are not in force. */
  readonly compile: (revision: Revision) => Snapshot;
  readonly routeOf: RouteOf;
  readonly replica: string;
  /** Who may know what this replica does not. */
  readonly fleet: Pick<Fleet, 'ask'>;
}

/** Undefined for a request that is not, or no longer, recorded anywhere. */
export type Explainer = (input: ExplanationInput) => Promise<Explanation | undefined>;

/** Of RFC 5737's first documentation block: somebody who has never been here. */
const ANYBODY = '192.0.2.1';

export function createExplainer(options: ExplainerOptions): Explainer {
  const { decisions, snapshot, compile, routeOf, replica, fleet } = options;

  /** The latest under this id, which clients choose. */
  async function explainedElsewhere(requestId: string): Promise<Explanation | undefined> {
    const { answers } = await fleet.ask(explainQuestion, requestId);
    return answers
      .flatMap(({ body }) => body ?? [])
      .sort((one, other) => Date.parse(other.at) - Date.parse(one.at))[0];
  }

  return async (input) => {
    const present = snapshot();
    if ('request_id' in input) {
      const recorded = decisions.find(input.request_id);
      if (recorded === undefined) return explainedElsewhere(input.request_id);
      return explainRecorded(recorded, replica, present.configuration.policies.length);
    }
    const call = callOf(input);
    if (!holds(input, present)) return explainRefused(call, replica, present);
    const asked = input.draft === undefined ? present : compile(withDraft(present, input.draft));
    const route = routeOf(call, asked);
    return explainHypothetical(asked, subjectOf(input, present), call, route, replica);
  };
}

/** Whether the key or the user that a request is to come from would be let in at all. */
function holds({ api_key_id: keyId, user }: HypotheticalRequest, snapshot: Snapshot): boolean {
  if (keyId === undefined) {
    return user === undefined || snapshot.clientOfUser(user)?.enabled !== false;
  }
  const key = snapshot.key(keyId);
  if (key === undefined || key.revoked_at !== undefined) return false;
  if (key.expires_at !== undefined && Date.parse(key.expires_at) <= Date.now()) return false;
  return snapshot.client(key.client)?.enabled === true;
}

function withDraft({ version, configuration }: Snapshot, draft: Policy): Revision {
  const others = configuration.policies.filter(({ name }) => name !== draft.name);
  return { version, configuration: { ...configuration, policies: [...others, draft] } };
}

function callOf({ method, path, query, host, headers }: HypotheticalRequest): Call {
  const fields = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const),
  );
  if (host !== undefined) fields.set('host', host);
  return {
    method,
    path: parseTarget(path)?.path ?? path,
    query,
    peerAddress: '',
    header: (name) => fields.get(name),
    body: async () => '',
  };
}

function subjectOf(input: HypotheticalRequest, snapshot: Snapshot): Subject {
  const address = parseIp(input.ip ?? ANYBODY);
  const key = input.api_key_id === undefined ? undefined : snapshot.key(input.api_key_id);
  const owner =
    key === undefined
      ? input.user === undefined
        ? undefined
        : snapshot.clientOfUser(input.user)
      : snapshot.client(key.client);
  const { claims } = input;
  return {
    ip: address === undefined ? 'unknown' : ipIdentifier(address),
    address,
    keyId: key?.id,
    user: key === undefined ? input.user : (owner?.user ?? owner?.name),
    tier: input.tier ?? key?.tier ?? owner?.tier,
    claim: (name) => (Object.hasOwn(claims, name) ? String(claims[name]) : undefined),
  };
}
