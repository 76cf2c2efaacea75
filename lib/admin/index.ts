/**
 * The admin API: how people and programs read and change the configuration, and ask why.
 *
 * Endpoints like the gateway's own, each for admins alone: by the admin token, or by a session cookie
 * that began with it. Changes go to the repository and take effect when it tells of them.
 *
 * Guarantees: no change is half made; nobody overwrites what they have not seen, if they say what they
 * have seen; no answer holds an API key's secret but the one that issues it; whoever guesses tokens is
 * slowed down by address, and pages of other origins can change nothing. Never: decides about traffic,
 * keeps state of its own beside ended sessions.
 */
export { createAdminAccess } from './access';
export { type AdminEndpointsOptions, adminEndpoints } from './admin-endpoints';
export { type AdminToken, establishAdminToken } from './admin-token';
export type { PolicyCounts } from './endpoints/policy-counts';
export type { ReplicaJson, Replicas } from './endpoints/replicas';
export type { FoundRequests } from './endpoints/requests';
export type { TrafficSource } from './endpoints/traffic';
export type { TrafficJson } from './endpoints/traffic-resource';
export type { UpstreamStatusJson } from './endpoints/upstream-resource';
export type { UpstreamStatuses } from './endpoints/upstream-status';
export type { Validation } from './endpoints/validate';
export { createExplainer, type Explainer } from './explainer';
export type { ExplanationInput, HypotheticalRequest } from './explanation-input';
export type { Key } from './key';
export { type AdminSession, type AdminSessions, createAdminSessions } from './session';
export type { ChangeJson, VersionRecordJson } from './version-record';
