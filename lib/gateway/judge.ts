import type { Reply } from '../http';
import type { Identity } from '../identity';
import type { MaybePromise } from '../limiter';
import type { Admission, Admit } from './admission';
import { type ConcludeOptions, createConclude } from './conclude';
import type { Exchange, Operation } from './endpoint';
import type { Answer } from './handover';
import { withMembers } from './refusal';
import { RequestRecord } from './request-record';

export interface JudgeOptions extends ConcludeOptions {
  readonly admit: Admit;
}

/** What becomes of a request that was let in. */
export interface Handling<A extends Answer> extends Pick<Operation, 'denied'> {
  handle(exchange: Exchange, identity: Identity, record: RequestRecord): MaybePromise<A>;
}

/**
 * Holds a request against the policies, and has it handled where they let it in. It is told to the
 * observer from its coming to its end. Throws or rejects with what `admit` or the handling fails with;
 * that is told too.
 */
export type Judge = <A extends Answer>(
  exchange: Exchange,
  route: string,
  handling: Handling<A>,
) => MaybePromise<A | Reply>;

export function createJudge(options: JudgeOptions): Judge {
  const { admit, observer } = options;
  const { conclude, abandon } = createConclude(options);

  function judge<A extends Answer>(
    exchange: Exchange,
    route: string,
    handling: Handling<A>,
  ): MaybePromise<A | Reply> {
    const { call, requestId } = exchange;
    const record = new RequestRecord(call, requestId, route);
    observer.onStart(record);
    let admission: MaybePromise<Admission>;
    try {
      admission = admit(call, requestId, route);
    } catch (error) {
      return fail(error, record);
    }
    return admission instanceof Promise
      ? admission.then(
          (settled) => carryOut(settled, exchange, handling, record),
          (error: unknown) => fail(error, record),
        )
      : carryOut(admission, exchange, handling, record);
  }

  function carryOut<A extends Answer>(
    admission: Admission,
    exchange: Exchange,
    handling: Handling<A>,
    record: RequestRecord,
  ): MaybePromise<A | Reply> {
    record.decided(admission);
    observer.onDecided(record);
    const { identity, refusal } = admission;
    if (refusal !== undefined) return conclude(withMembers(refusal, handling.denied), record);
    let answer: MaybePromise<A>;
    try {
      answer = handling.handle(exchange, identity, record);
    } catch (error) {
      return fail(error, record);
    }
    return answer instanceof Promise
      ? answer.then(
          (settled) => conclude(settled, record),
          (error: unknown) => fail(error, record),
        )
      : conclude(answer, record);
  }

  function fail(error: unknown, record: RequestRecord): never {
    abandon(record);
    throw error;
  }

  return judge;
}
