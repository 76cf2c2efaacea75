/**
 * Wire formats: requests and replies as plain values, problem+json, RateLimit fields, request ids,
 * CORS, request targets, IP addresses. Pure; knows no server, no limiter and no policy.
 */
export { appendCorsHeaders, type CorsOrigins } from './cors';
export {
  type Cidr,
  type IpAddress,
  ipIdentifier,
  isInside,
  parseCidr,
  parseIp,
} from './ip-address';
export { type Call, gatherText, json, jsonText, noContent, type Reply, text } from './message';
export { parseTarget, queryParameter, type Target } from './path';
export { PROBLEM_MEDIA_TYPE, PROBLEM_TYPES, type Problem, problem } from './problem';
export {
  ceilSeconds,
  type QuotaPolicy,
  type QuotaState,
  rateLimitField,
  rateLimitPolicyField,
} from './rate-limit-fields';
export { newRequestId, requestIdOf } from './request-id';
