import { z } from 'zod';
import {
  type DecisionLog,
  decisionFilterSchema,
  type Explanation,
  explainRecorded,
  explanationSchema,
  type PolicyCount,
} from '../../gateway';
import { LONGEST_REQUEST_ID } from '../../http';
import type { Snapshot } from '../../policy';
import { type LiveDecision, liveDecisionOf, liveDecisionSchema } from '../traffic';
import type { Question, Questions } from './question';

/** More make an answer that is too large to be sent. */
export const MOST_REQUESTS = 200;
/** The busiest are told of, so that the answer can always be sent. */
const MOST_POLICIES = 1_500;

/** Which of the latest requests are looked for. */
export const requestSearchSchema = decisionFilterSchema.extend({
  limit: z.int().min(1).max(MOST_REQUESTS),
});

export type RequestSearch = z.output<typeof requestSearchSchema>;

/** Which of the latest requests a replica knows, newest first. */
export const requestsQuestion: Question<RequestSearch, readonly LiveDecision[]> = {
  kind: 'requests',
  asked: requestSearchSchema,
  answered: z.array(liveDecisionSchema).max(MOST_REQUESTS),
};

/** Why the request of an id was answered as it was; null: not, or no longer, known. */
export const explainQuestion: Question<string, Explanation | null> = {
  kind: 'explain',
  asked: z.string().min(1).max(LONGEST_REQUEST_ID),
  answered: explanationSchema.nullable(),
};

const count = z.int().min(0);

/** What policies have decided on a replica. */
export interface CountsOfReplica {
  /** Since when it counts, Unix ms. */
  readonly sinceMs: number;
  /** By policy. */
  readonly counts: readonly (readonly [string, Readonly<PolicyCount>])[];
}

export const countsQuestion: Question<null, CountsOfReplica> = {
  kind: 'policy-counts',
  asked: z.null(),
  answered: z.object({
    sinceMs: count,
    counts: z
      .array(
        z.tuple([
          z.string().max(64),
          z.object({ allowed: count, denied: count, wouldDeny: count }),
        ]),
      )
      .max(MOST_POLICIES),
  }),
};

export interface Knowledge {
  readonly decisions: Pick<DecisionLog, 'find' | 'search' | 'counts' | 'sinceMs'>;
  readonly snapshot: () => Snapshot;
  /** The name of this replica. */
  readonly replica: string;
}

/** Answers other replicas by what this one knows. */
export function answerQuestions({ answer }: Questions, knowledge: Knowledge): void {
  const { decisions, snapshot, replica } = knowledge;
  answer(requestsQuestion, ({ limit, ...filter }) =>
    decisions.search(filter, limit).map((found) => liveDecisionOf(found, replica)),
  );
  answer(explainQuestion, (id) => {
    const recorded = decisions.find(id);
    if (recorded === undefined) return null;
    return explainRecorded(recorded, replica, snapshot().configuration.policies.length);
  });
  answer(countsQuestion, () => ({
    sinceMs: decisions.sinceMs,
    counts: [...decisions.counts]
      .sort(([, one], [, other]) => totalOf(other) - totalOf(one))
      .slice(0, MOST_POLICIES),
  }));
}

function totalOf({ allowed, denied, wouldDeny }: PolicyCount): number {
  return allowed + denied + wouldDeny;
}
