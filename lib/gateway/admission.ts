import type { Call, Reply } from '../http';
import { type Identity, IdentityUnavailableError, type Refusal } from '../identity';
import { type Decision, limitTogether, type MaybePromise, type Store } from '../limiter';
import type { Snapshot } from '../policy';
import { type Evaluation, evaluate, releaseSlots } from './evaluation';
import { badCost, denialOf, forbidden, identityUnavailable } from './refusal';
import type { TurnAway } from './turn-away';

/** What came of a request before anybody handled it. */
export type Admission = Judgement & (Admitted | Refused);

interface Judgement {
  /** Every policy that matched, in order. */
  readonly evaluations: readonly Evaluation[];
  /** What the enforced policies decided; the answer's headers tell of them. */
  readonly decisions: readonly Decision[];
}

interface Admitted {
  readonly identity: Identity;
  readonly refusal?: undefined;
}

interface Refused {
  /** Undefined when its credentials hold nothing. */
  readonly identity: Identity | undefined;
  /** Identifier of the client's address, where it is not the identity's. */
  readonly ip?: string;
  /** The answer: the request ends here. */
  readonly refusal: Reply;
}

export interface AdmissionOptions {
  readonly identify: (call: Call) => MaybePromise<Identity | Refusal>;
  readonly snapshot: () => Snapshot;
  readonly store: Store;
  readonly turnAway: TurnAway;
}

const NONE: readonly never[] = [];

/** Lets a request in or refuses it: identify, match, decide. */
export type Admit = (call: Call, requestId: string, route: string) => MaybePromise<Admission>;

/**
 * Admission of requests by the policies in force. Waits for nothing but the store, and for the keys
 * of a token's issuer when they are not known yet.
 */
export function createAdmission({ identify, turnAway, snapshot, store }: AdmissionOptions): Admit {
  function admit(call: Call, requestId: string, route: string): MaybePromise<Admission> {
    const identified = identify(call);
    if (!(identified instanceof Promise)) return welcome(identified, call, requestId, route);
    return identified.then(
      (settled) => welcome(settled, call, requestId, route),
      (error: unknown) => unidentified(error, call, requestId),
    );
  }

  function welcome(
    identity: Identity | Refusal,
    call: Call,
    requestId: string,
    route: string,
  ): MaybePromise<Admission> {
    if ('refused' in identity) return stopped(identity, call, requestId);
    const policies = snapshot().policiesFor(call);
    const [only] = policies;
    if (only === undefined) return { identity, evaluations: NONE, decisions: NONE };
    if (policies.length > 1 || only.policy.mode === 'shadow') {
      const evaluations = policies.map((policy) => evaluate(policy, identity, call, route));
      return admitByAll(identity, evaluations, call, requestId);
    }
    const evaluation = evaluate(only, identity, call, route);
    const asked = ask(evaluation);
    if (asked === undefined) return admitByAll(identity, [evaluation], call, requestId);
    return asked instanceof Promise
      ? asked.then((decision) => admitByOne(identity, evaluation, decision, call, requestId))
      : admitByOne(identity, evaluation, asked, call, requestId);
  }

  /** Nearly every request: one policy, enforced. */
  function admitByOne(
    identity: Identity,
    evaluation: Evaluation,
    decision: Decision,
    call: Call,
    requestId: string,
  ): Admission {
    evaluation.decision = decision;
    const evaluations = [evaluation];
    const decisions = [decision];
    if (decision.allowed) return { identity, evaluations, decisions };
    const refused = { instance: call.path, requestId };
    const refusal = denialOf(decisions, () => evaluation.claim?.identifier ?? identity.ip, refused);
    return { identity, evaluations, decisions, refusal };
  }

  function admitByAll(
    identity: Identity,
    evaluations: readonly Evaluation[],
    call: Call,
    requestId: string,
  ): MaybePromise<Admission> {
    const refused = { instance: call.path, requestId };
    for (const { policy, standing } of evaluations) {
      if (policy.policy.mode === 'shadow') continue;
      if (standing === 'forbidden') {
        const refusal = forbidden(policy.policy, refused);
        return { identity, evaluations, decisions: NONE, refusal };
      }
      if (standing === 'bad-cost') {
        const refusal = badCost(policy.policy, refused);
        return { identity, evaluations, decisions: NONE, refusal };
      }
    }
    const limited = evaluations.filter(({ standing }) => standing === 'limited');
    const enforced = limited.filter(({ policy }) => policy.policy.mode === 'enforce');
    const shadows = limited.filter(({ policy }) => policy.policy.mode === 'shadow');
    // Enforced first: what stops them must not leave shadows behind that hold slots.
    const decided = limitTogether(
      store,
      enforced.flatMap(({ claim }) => claim ?? []),
    );
    if (shadows.length === 0 && !(decided instanceof Promise)) return conclude(decided);
    const shadowed = Promise.all(shadows.map((shadow) => askShadow(shadow)));
    return Promise.all([decided, shadowed]).then(
      ([decisions]) => conclude(decisions),
      async (error: unknown) => {
        await Promise.allSettled([decided, shadowed]);
        releaseSlots(evaluations);
        throw error;
      },
    );

    function conclude(decisions: readonly Decision[]): Admission {
      decisions.forEach((decision, index) => {
        const evaluation = enforced[index];
        if (evaluation !== undefined) evaluation.decision = decision;
      });
      if (decisions.every(({ allowed }) => allowed)) return { identity, evaluations, decisions };
      const clientOf = (decision: Decision) =>
        enforced.find((evaluation) => evaluation.decision === decision)?.claim?.identifier ??
        identity.ip;
      const refusal = denialOf(decisions, clientOf, refused);
      return { identity, evaluations, decisions, refusal };
    }
  }

  async function stopped(refusal: Refusal, call: Call, requestId: string): Promise<Admission> {
    const reply = await turnAway(refusal, { instance: call.path, requestId });
    const { ip } = refusal;
    return { identity: undefined, ip, evaluations: NONE, decisions: NONE, refusal: reply };
  }

  return admit;
}

function unidentified(error: unknown, call: Call, requestId: string): Admission {
  if (!(error instanceof IdentityUnavailableError)) throw error;
  const refusal = identityUnavailable(error, { instance: call.path, requestId });
  return { identity: undefined, evaluations: NONE, decisions: NONE, refusal };
}

function ask({ claim }: Evaluation): MaybePromise<Decision> | undefined {
  return claim?.limiter.limit(claim.identifier, claim);
}

/** A shadow policy counts like an enforced one and tells nobody but the operator. */
async function askShadow(evaluation: Evaluation): Promise<void> {
  const decision = await ask(evaluation);
  if (decision !== undefined) evaluation.decision = decision;
}
