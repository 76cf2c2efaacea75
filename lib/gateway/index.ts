/**
 * The gateway: the way of a request. Front door → identify → match → decide → handle → reply.
 *
 * An endpoint is written once, as functions from an exchange to a reply; the front door writes
 * replies to sockets, the Next adapter makes web Responses of the same.
 *
 * Guarantees: every answer carries a request id; every limited answer its limits; every error is
 * problem+json without a stack or an inner name. Never: waits for anything but the limiter and, for
 * a token whose issuer's keys are not known yet, those keys.
 */
export { type Admit, createAdmission } from './admission';
export {
  badInput,
  badInputSchema,
  jsonAnswer,
  problemAnswer,
  problemSchema,
  quotaExceededSchema,
} from './answers';
export { createAssetServer } from './assets';
export { createResponseCache } from './cache';
export {
  createDecisionLog,
  type DecisionLog,
  type PolicyCount,
  type RecordedDecision,
} from './decision-log';
export { type DecisionFilter, decisionFilterSchema } from './decision-search';
export type {
  Documentation,
  DocumentedAnswer,
  DocumentedParameter,
  Endpoint,
  Exchange,
  Operation,
} from './endpoint';
export { clientStatusEndpoint } from './endpoints/client-status';
export { documentationEndpoints, openApiEndpoint } from './endpoints/documentation';
export { forwardEndpoint } from './endpoints/forward';
export { forwardAuthEndpoint } from './endpoints/forward-auth';
export {
  type Health,
  type HealthOptions,
  healthEndpoints,
  healthOf,
  type Replica,
} from './endpoints/health';
export { pingEndpoint } from './endpoints/ping';
export { rateStatusEndpoint } from './endpoints/rate-status';
export { stockPriceEndpoint } from './endpoints/stock-price';
export { explainHypothetical, explainRecorded, explainRefused } from './explanation';
export { type Explanation, explanationSchema } from './explanation-schema';
export { createFrontDoor, type FrontDoor } from './front-door';
export { createGateway, type Gateway } from './gateway';
export { type Answer, type Handover, isHandover } from './handover';
export { routeHandlers } from './next-adapter';
export { NodeCall } from './node-call';
export {
  type AttemptTrace,
  NO_OBSERVER,
  type RequestObserver,
  type RequestTrace,
} from './observer';
export { PEER_HEADER, preparePageRequest, preparePeer } from './page-request';
export { createForwarder, type Forward } from './proxy';
export { nameParameter, queryValue } from './query';
export type { Quote } from './quote';
export { appendRateLimitHeaders } from './rate-limit-headers';
export { type RateStatus, rateStatusOf } from './rate-status';
export { denialOf } from './refusal';
export { invalidInput, RefusedError } from './refused';
export {
  CLIENT_CLOSED,
  RequestRecord,
  type RequestVerdict,
  requestVerdicts,
} from './request-record';
export { NO_ROUTE, type RouteOf, routesOf } from './route-name';
export { type Caller, LONGEST_NAME, type Sender, senderKinds, senderOf } from './sender';
export { createTurnAway, type TurnAway } from './turn-away';
