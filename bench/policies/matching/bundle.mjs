import { bundleLib } from '../../lib/bundle.mjs';

const ENTRY = `
  export { createMemoryStore } from './lib/limiter';
  export { configurationSchema } from './lib/policy/model';
  export { createCompiler } from './lib/policy/snapshot';
`;

/**
 * Imports what compiles policies.
 * @returns {Promise<typeof import('../../../lib/policy')>}
 */
export async function importMatching() {
  const { path, remove } = await bundleLib(ENTRY);
  try {
    return await import(path);
  } finally {
    await remove();
  }
}
