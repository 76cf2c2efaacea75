/**
 * The fleet: all replicas on one Redis, as one of them sees them. What each counted (`traffic`), who
 * they are and how (`replicas`), and what one may ask the others (`ask`).
 *
 * Guarantees: a constant number of Redis commands, whatever the traffic; everything written down ends
 * by itself; nobody waits longer than its bound, and no answer means one answer less; what comes from
 * Redis is held against a schema and a bound of size. Without Redis a replica is alone and says so.
 * Never: on the way of a request; throws because Redis is away.
 */
export { createFleet, type Fleet, type FleetOptions } from './fleet';
export {
  answerQuestions,
  type CountsOfReplica,
  countsQuestion,
  explainQuestion,
  type Knowledge,
  MOST_REQUESTS,
  type RequestSearch,
  requestSearchSchema,
  requestsQuestion,
} from './fleet-questions';
export type { AskOptions, FleetAnswer, FleetAnswers, Question, Questions } from './question';
export {
  type ReplicaSighting,
  type ReplicaState,
  type ReplicaStatus,
  replicaStates,
  replicaStatusSchema,
} from './replica-status';
export type { ReplicaSelf, ReplicaSources } from './replicas';
