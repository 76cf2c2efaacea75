/**
 * Wire formats: requests and replies as plain values, problem+json, RateLimit fields, request ids,
 * CORS, request targets and path patterns, IP addresses and ranges. Pure; knows no server, no limiter and no policy.
 */
export { preferredType } from './accept';
export { bounded } from './bounded-text';
export { appendCorsHeaders, type CorsOrigins } from './cors';
export { isHost } from './host';
export {
  type Cidr,
  type IpAddress,
  ipIdentifier,
  isInside,
  parseCidr,
  parseIp,
} from './ip-address';
export { createAddressTest, createIpSet, type IpSet } from './ip-set';
export { type Call, gatherText, json, jsonText, noContent, type Reply, text } from './message';
export { roundedMs } from './milliseconds';
export { matchForm, parseTarget, queryParameter, type Target } from './path';
export { PathTree } from './path-tree';
export { PROBLEM_MEDIA_TYPE, PROBLEM_TYPES, type Problem, problem } from './problem';
export {
  ceilSeconds,
  type QuotaPolicy,
  type QuotaState,
  RATE_LIMIT_FIELD_NAMES,
  RATE_LIMIT_FIELDS,
  rateLimitField,
  rateLimitPolicyField,
} from './rate-limit-fields';
export { LONGEST_REQUEST_ID, newRequestId, requestIdOf } from './request-id';
