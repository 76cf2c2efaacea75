import type { DecisionLog, Endpoint } from '../gateway';
import type { Repository, Revision } from '../policy';
import type { Fleet } from '../telemetry/fleet';
import type { Upstreams } from '../upstream';
import type { AdminAccess } from './access';
import { collectionEndpoint } from './endpoints/collection';
import { configurationEndpoint } from './endpoints/configuration';
import { entityEndpoint } from './endpoints/entity';
import { explainEndpoint } from './endpoints/explain';
import { keyRevocationEndpoint } from './endpoints/key-revocation';
import { keyRotationEndpoint } from './endpoints/key-rotation';
import { keyEndpoints } from './endpoints/keys';
import { policyCountsEndpoint } from './endpoints/policy-counts';
import { replicasEndpoint } from './endpoints/replicas';
import { requestsEndpoint } from './endpoints/requests';
import { rollbackEndpoint } from './endpoints/rollback';
import { sessionEndpoint } from './endpoints/session';
import { type TrafficSource, trafficEndpoint } from './endpoints/traffic';
import { type BreakerCommand, upstreamBreakerEndpoints } from './endpoints/upstream-breaker';
import { upstreamStatusEndpoint } from './endpoints/upstream-status';
import { validateEndpoint } from './endpoints/validate';
import { versionsEndpoint } from './endpoints/versions';
import { namedKinds } from './entity';
import type { Explainer } from './explainer';
import type { AdminSessions } from './session';

export interface AdminEndpointsOptions {
  readonly repository: Repository;
  /** What is in force here, as the repository has it: nothing that only this process overrides. */
  readonly revision: () => Revision;
  readonly access: AdminAccess;
  readonly sessions: AdminSessions;
  readonly explain: Explainer;
  readonly decisions: Pick<DecisionLog, 'counts' | 'sinceMs' | 'search'>;
  /** The other replicas, and what they know. */
  readonly fleet: Pick<Fleet, 'ask' | 'replicas'>;
  /** The name of this one. */
  readonly replica: string;
  readonly upstreams: Pick<Upstreams, 'status' | 'trip' | 'reset'>;
  /** A breaker was tripped or reset: no version of the configuration tells by whom. */
  readonly onBreakerCommand?: (command: BreakerCommand) => void;
  /** None: what came is not recorded, and not told. */
  readonly traffic?: TrafficSource | undefined;
  /** When this process has seen keys used, Unix ms by id, as far as it is not written down yet. */
  readonly keyUses: () => ReadonlyMap<string, number>;
  /** Unix ms. */
  readonly now?: () => number;
}

/** Everything below `/api/v1/admin`. */
export function adminEndpoints(options: AdminEndpointsOptions): Endpoint[] {
  const { access, repository, revision, sessions, keyUses, upstreams } = options;
  const { decisions, fleet, replica, onBreakerCommand = () => {} } = options;
  const now = options.now ?? Date.now;
  const ofEntities = { access, repository, revision };
  const ofKeys = { ...ofEntities, keyUses, now };
  return [
    sessionEndpoint(access, sessions),
    ...namedKinds.flatMap((kind) => [
      collectionEndpoint(kind, ofEntities),
      entityEndpoint(kind, ofEntities),
    ]),
    ...keyEndpoints(ofKeys),
    keyRotationEndpoint(ofKeys),
    keyRevocationEndpoint(ofKeys),
    configurationEndpoint(access, repository, revision),
    versionsEndpoint(access, repository),
    rollbackEndpoint(access, repository, revision),
    validateEndpoint(access, revision),
    explainEndpoint(access, options.explain),
    policyCountsEndpoint(access, decisions, fleet),
    requestsEndpoint(access, { decisions, fleet, replica }),
    replicasEndpoint(access, fleet, now),
    upstreamStatusEndpoint(access, upstreams, fleet, now),
    ...(options.traffic === undefined ? [] : [trafficEndpoint(access, options.traffic)]),
    ...upstreamBreakerEndpoints(access, upstreams, fleet, onBreakerCommand),
  ];
}
