import { z } from 'zod';
import {
  badInput,
  type Documentation,
  type DocumentedParameter,
  type Exchange,
  invalidInput,
  type Operation,
  problemAnswer,
  problemSchema,
  queryValue,
  RefusedError,
} from '../gateway';
import type { Call, Reply } from '../http';
import {
  type Commit,
  type Configuration,
  ConflictError,
  type Edit,
  type Kind,
  type Repository,
  type Revision,
  type VersionRecord,
} from '../policy';
import type { Admin, AdminAccess } from './access';
import { entityOf } from './entity';
import { UNAVAILABLE, unsafeOperation } from './operation';
import {
  entityJson,
  entityJsonSchema,
  versionRecordJson,
  versionRecordSchema,
} from './version-record';

const commentSchema = z
  .string()
  .max(500)
  .regex(/^\P{Cc}*$/u, 'use no control characters');

const COMMENT: DocumentedParameter = {
  name: 'comment',
  description: 'Why, for the history.',
  schema: commentSchema,
};

const CHANGE_HEADERS: readonly DocumentedParameter[] = [
  {
    name: 'If-Match',
    description:
      'The version at which it was read, as in `ETag`; refused with 409 when others have changed the same since.',
    schema: z.string(),
  },
  {
    name: 'X-Floodgate-Author',
    description: 'Who makes the change, for the history, where the token itself is shown.',
    schema: z.string(),
  },
];

const conflictSchema = problemSchema
  .extend({
    version: z.int(),
    /** As it is now; null when it is gone, or when the change is of many. */
    current: entityJsonSchema,
    /** What has changed it since, oldest first. */
    changes: z.array(versionRecordSchema),
  })
  .meta({ id: 'Conflict' });

const CONFLICT = problemAnswer(
  'Others have changed the same since, or the name is taken; nothing was changed.',
  conflictSchema,
);

/** An operation that changes the configuration. */
export function changeOperation(
  access: AdminAccess,
  documentation: Documentation,
  handle: (exchange: Exchange, admin: Admin) => Promise<Reply>,
): Operation {
  const answers = {
    ...documentation.answers,
    400: badInput,
    409: CONFLICT,
    503: UNAVAILABLE,
  };
  const changing = { ...documentation, query: [COMMENT], headers: CHANGE_HEADERS, answers };
  return unsafeOperation(access, changing, handle);
}

/** What is to become of the present configuration. */
export interface Plan<T> {
  /** None: everything stays as it is. */
  readonly edits: readonly Edit[];
  /** What came of planning: for the answer. */
  readonly outcome: T;
}

export interface Changed<T> {
  /** What the plan was made for. */
  readonly before: Configuration;
  readonly revision: Revision;
  readonly outcome: T;
}

export interface Subject {
  readonly kind: Kind;
  readonly id: string;
}

export interface ChangeRequest<T> {
  readonly repository: Repository;
  readonly exchange: Exchange;
  readonly admin: Admin;
  /** Pure; may be asked again. */
  readonly plan: (present: Configuration) => Plan<T>;
  /** What the change is about; none: the whole configuration. */
  readonly subject?: Subject;
  /** Where the request does not say. */
  readonly defaults?: Partial<Pick<Commit, 'comment' | 'baseVersion'>>;
}

/**
 * Commits what is planned, in the admin's name.
 * @throws RefusedError 400 or 409
 * @throws InvalidConfigurationError @throws RepositoryError
 */
export async function change<T>(request: ChangeRequest<T>): Promise<Changed<T>> {
  const { repository, exchange, admin, plan, subject, defaults } = request;
  let planned: Pick<Changed<T>, 'before' | 'outcome'> | undefined;
  const commit: Commit = {
    comment: '',
    ...defaults,
    ...statedBy(exchange.call),
    author: admin.author,
    edits(before) {
      const { edits, outcome } = plan(before);
      planned = { before, outcome };
      return edits;
    },
  };
  try {
    const revision = await repository.commit(commit);
    if (planned === undefined) throw new TypeError('a repository commits what it is told');
    return { ...planned, revision };
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const { message, present, records } = error;
    const why = records.length > 0 ? message : 'the version it was read at is not known here';
    throw conflict(why, present, subject, records);
  }
}

/**
 * @param why in the words of a sentence's end
 * @param records that changed the subject since its author saw it, oldest first
 */
export function conflict(
  why: string,
  { version, configuration }: Revision,
  subject: Subject | undefined,
  records: readonly VersionRecord[] = [],
): RefusedError {
  const current = subject && entityOf(configuration, subject.kind, subject.id);
  return new RefusedError({
    title: 'Conflict',
    status: 409,
    detail: `Nothing was changed: ${why}.`,
    version,
    current: entityJson(current ?? null),
    changes: records.map((record) => versionRecordJson(onlyOf(record, subject))),
  });
}

/** A record may be of thousands of entities. */
function onlyOf(record: VersionRecord, subject: Subject | undefined): VersionRecord {
  if (subject === undefined) return record;
  const changes = record.changes.filter(
    ({ kind, id }) => kind === subject.kind && id === subject.id,
  );
  return { ...record, changes };
}

function statedBy(call: Call): Partial<Pick<Commit, 'comment' | 'baseVersion'>> {
  const comment = queryValue(call, 'comment', commentSchema);
  const baseVersion = versionMatched(call.header('if-match'));
  return {
    ...(comment !== undefined && { comment }),
    ...(baseVersion !== undefined && { baseVersion }),
  };
}

/** A proxy that compresses answers makes ETags weak; `*` asks for any version. */
function versionMatched(field: string | undefined): number | undefined {
  if (field === undefined || field === '*') return undefined;
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(field.trim())?.[1];
  if (version !== undefined) return Number(version);
  throw invalidInput([
    { path: 'header.if-match', message: 'use a version in quotes, such as "12"' },
  ]);
}
