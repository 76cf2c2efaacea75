/**
 * Policies: what applies to whom, where that is written down, and how a change of it takes effect.
 *
 * Configuration is one document of policies, tiers, clients, keys, routes and upstreams. A repository
 * keeps it with every version of it; a revision is compiled once into a snapshot, which the way of a
 * request asks and never waits for.
 *
 * Guarantees: nothing unchecked comes into force; a change is whole or not at all; while the repository
 * is away or broken the last good snapshot serves. Never: parses, compiles or awaits per request.
 */
export type { Change, Commit, Edit, Revision, VersionRecord } from './change';
export { type ChangeLine, changeLines } from './change-lines';
export { diff } from './changes';
export { prepareCommit, replaceEdits, rollbackEdits } from './commit';
export type { CompiledPolicy } from './compiled-policy';
export { defaultConfiguration } from './default-configuration';
export { printDocument, readDocument } from './document';
export { createEnvironmentQuota, STOCK_PRICE } from './environment-quota';
export { toFaults } from './faults';
export { createKeyUses, type KeyUses } from './key-uses';
export { type Live, openLive } from './live';
export {
  type ApiKey,
  apiKeySchema,
  type Client,
  type Configuration,
  type ConfigurationInput,
  type Cost,
  clientSchema,
  configurationSchema,
  type Entities,
  type Entity,
  entitySchemas,
  idOf,
  type Kind,
  keyIdSchema,
  kinds,
  type LimitEntry,
  type LimitFields,
  limitFields,
  type Match,
  methodSchema,
  nameSchema,
  type Policy,
  type PolicyInput,
  policySchema,
  type Route,
  routeSchema,
  scopePartSchema,
  type Tier,
  tierSchema,
  type Upstream,
  upstreamSchema,
  userSchema,
} from './model';
export { openRepository } from './open-repository';
export {
  type ConfigurationFault,
  ConflictError,
  type HistoryPage,
  InvalidConfigurationError,
  type Observer,
  type Repository,
  RepositoryError,
  type RepositoryHealth,
} from './repository';
export { createCompiler, type Snapshot } from './snapshot';
export type { Subject } from './subject';
