import { join } from 'node:path';
import type { Config } from '../config';
import type { Store } from '../limiter';
import {
  createCompiler,
  createEnvironmentQuota,
  defaultConfiguration,
  openLive,
  openRepository,
  type Repository,
  type Revision,
  type Snapshot,
} from '../policy';
import type { Logger } from '../telemetry';
import type { Upstreams } from '../upstream';

/** What the repository holds, and what this process made of it. */
export interface ConfigurationInForce {
  readonly repository: Repository;
  readonly revision: () => Revision;
  readonly snapshot: () => Snapshot;
  close(): Promise<void>;
}

/** Compiles revisions as this process means them: the environment may override a quota. */
export function compilerFor(config: Config, store: Store): (revision: Revision) => Snapshot {
  const compile = createCompiler(store);
  const override = createEnvironmentQuota({
    max: config.RATE_LIMIT_MAX,
    windowSeconds: config.RATE_LIMIT_WINDOW,
  });
  return (revision) => compile(override(revision));
}

/** Opens the repository and follows it: what it holds comes into force here. */
export async function openConfiguration(
  config: Config,
  compile: (revision: Revision) => Snapshot,
  upstreams: Upstreams,
  logger: Logger,
): Promise<ConfigurationInForce> {
  const repository = await openRepository({
    databaseUrl: config.DATABASE_URL,
    configFile: config.FLOODGATE_CONFIG,
    defaults: defaultConfiguration(config.DEMO_BACKENDS),
    migrations: join(process.cwd(), 'lib/policy/postgres/migrations'),
  });
  const live = await openLive({
    repository,
    compile(revision) {
      const snapshot = compile(revision);
      // Before the routes that lead to them are in force.
      upstreams.follow(snapshot.configuration.upstreams);
      return { revision, snapshot };
    },
    onRevision: ({ version: inForce }) =>
      logger.info({ version: inForce }, 'configuration in force'),
    onFault: (err, { version: refused }) =>
      logger.error({ err, version: refused }, 'a configuration could not be compiled'),
    onHealth: ({ kind, status, faults }) => {
      if (status === 'ok') logger.info({ repository: kind }, 'the configuration can be read again');
      else
        logger.warn(
          { repository: kind, status, faults },
          'the configuration can not be followed: what is in force stays',
        );
    },
  });
  return {
    repository,
    revision: () => live.snapshot().revision,
    snapshot: () => live.snapshot().snapshot,
    close: live.close,
  };
}
