import type { Change, Edit } from './change';
import { toFaults, toPath } from './faults';
import {
  type Configuration,
  entitySchemas,
  idOf,
  kinds,
  mostEntities,
  referenceFaults,
} from './model';
import type { ConfigurationFault } from './repository';

interface Words {
  readonly author: string;
  readonly comment: string;
}

/** What is wrong with edited entities, each for itself. */
export function entityFaults(edits: readonly Edit[]): ConfigurationFault[] {
  return edits.flatMap(({ kind, id, after }) => {
    if (after === null) return [];
    const where = edits.length === 1 ? '' : `${kind}[${id}]`;
    const result = entitySchemas[kind].safeParse(after);
    if (!result.success) return toFaults(result.error.issues).map((fault) => below(where, fault));
    if (!isWellFormed(result.data)) {
      return [below(where, { path: '', message: 'use no NUL characters and no half characters' })];
    }
    if (idOf(result.data) === id) return [];
    const path = kind === 'keys' ? 'id' : 'name';
    return [below(where, { path, message: `is not ${id}; remove that and make a new one` })];
  });
}

/** What is wrong with all entities together, and with what the author says. */
export function resultFaults(
  configuration: Configuration,
  changes: readonly Change[],
  words: Words,
): ConfigurationFault[] {
  const faults = kinds
    .filter((kind) => configuration[kind].length > mostEntities[kind])
    .map((kind) => ({ path: kind, message: `use at most ${mostEntities[kind]}` }));
  const [only] = changes.length === 1 ? changes : [];
  const references = referenceFaults(configuration).map(
    ({ path: [kind, index, ...rest], message }) => {
      const entity = kinds
        .filter((name) => name === kind)
        .map((name) => configuration[name][Number(index)])
        .find((found) => found !== undefined);
      const id = entity === undefined ? String(index) : idOf(entity);
      const isOnly = only !== undefined && only.kind === kind && only.id === id;
      return below(isOnly ? '' : `${kind}[${id}]`, { path: toPath(rest), message });
    },
  );
  const said = Object.entries(words)
    .filter(([, text]) => !isWellFormed(text))
    .map(([path]) => ({ path, message: 'use no NUL characters and no half characters' }));
  return [...faults, ...references, ...said];
}

function below(where: string, { path, message }: ConfigurationFault): ConfigurationFault {
  if (where === '') return { path: path === '' ? 'configuration' : path, message };
  return { path: path === '' || path === 'configuration' ? where : `${where}.${path}`, message };
}

const HALF_OR_NUL = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|\0/;

/** Whether every repository can keep it: PostgreSQL's text holds neither NUL nor half of a surrogate pair. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return !HALF_OR_NUL.test(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isWellFormed);
}
