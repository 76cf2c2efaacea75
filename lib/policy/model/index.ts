export { type ApiKey, apiKeySchema, keyIdSchema } from './api-key';
export { type Client, clientSchema } from './client';
export {
  type Configuration,
  type ConfigurationInput,
  configurationSchema,
  type Entities,
  type Entity,
  entitySchemas,
  idOf,
  type Kind,
  kinds,
  mostEntities,
  referenceFaults,
} from './configuration';
export { type LimitEntry, type LimitFields, limitEntrySchema, limitFields, toLimit } from './limit';
export { type Match, matchSchema, methodSchema, pathPatternSchema } from './match';
export { nameSchema, userSchema } from './name';
export {
  type Callers,
  type Cost,
  costSchema,
  type Policy,
  type PolicyInput,
  policySchema,
  scopePartSchema,
} from './policy';
export { type Route, routeSchema } from './route';
export { type Tier, tierSchema } from './tier';
export { type Upstream, upstreamSchema } from './upstream';
