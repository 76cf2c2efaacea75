import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { reuse } from '../changes';
import { type Document, LONGEST_DOCUMENT, printDocument, readDocument } from '../document';
import { type Configuration, type Entity, kinds } from '../model';
import { type ConfigurationFault, InvalidConfigurationError } from '../repository';
import { type StagedFile, stageFile } from './atomic-write';
import { signatureOf } from './signature';

const SCHEMA = './.floodgate/config.schema.json';

/** The file that people edit too. */
export interface ConfigFile {
  readonly name: string;
  exists(): Promise<boolean>;
  /** Whether it is another one than was last read or written here. */
  hasChanged(): Promise<boolean>;
  /** Has the next reading take place whether it has changed or not. */
  forget(): void;
  /** What made the last reading fail; empty: nothing. */
  faults(): readonly ConfigurationFault[];
  /**
   * What it says, with the objects of `before` for all that is the same; undefined where nobody has written
   * to it since, or what was written makes no sense.
   */
  read(before: Configuration): Promise<Configuration | undefined>;
  /** Entities that did not change stay as somebody wrote them. @throws InvalidConfigurationError when too long */
  stage(configuration: Configuration): Promise<StagedFile>;
}

export function createConfigFile(path: string): ConfigFile {
  const name = basename(path);
  const written = new WeakMap<Entity, unknown>();
  let seen: string | undefined;
  let faults: readonly ConfigurationFault[] = [];

  function adopt(document: Document, before: Configuration): Configuration {
    const configuration = reuse(before, document.configuration);
    for (const kind of kinds) {
      configuration[kind].forEach((entity: Entity, index) => {
        const read = document.configuration[kind][index];
        if (read !== undefined) written.set(entity, document.written.get(read));
      });
    }
    return configuration;
  }

  return {
    name,
    exists: async () => (await signatureOf(path)) !== undefined,
    hasChanged: async () => (await signatureOf(path)) !== seen,
    forget() {
      seen = undefined;
    },
    faults: () => faults,
    async read(before) {
      const signature = await signatureOf(path);
      if (signature === undefined) {
        seen = undefined;
        faults = [{ path: name, message: 'is missing' }];
        return undefined;
      }
      if (signature === seen) return undefined;
      const bytes = await readFile(path);
      seen = signature;
      try {
        const document = readDocument(bytes);
        faults = [];
        return adopt(document, before);
      } catch (error) {
        if (!(error instanceof InvalidConfigurationError)) throw error;
        ({ faults } = error);
        return undefined;
      }
    },
    async stage(configuration) {
      const text = printDocument(configuration, {
        written: (entity) => written.get(entity),
        schema: SCHEMA,
      });
      if (Buffer.byteLength(text) > LONGEST_DOCUMENT) {
        const message = `takes more than ${LONGEST_DOCUMENT} bytes`;
        throw new InvalidConfigurationError([{ path: 'configuration', message }]);
      }
      const staged = await stageFile(path, text);
      return {
        async place() {
          await staged.place();
          seen = await signatureOf(path);
        },
        discard: staged.discard,
      };
    },
  };
}
