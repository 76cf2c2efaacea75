import { bundleLib } from '../lib/bundle.mjs';

/** Beside the public surface: what only the ceiling needs, to run the script without the store. */
const ENTRY = `
  export * from './lib/limiter';
  export { loadScript } from './lib/limiter/redis/script';
`;

/** Bundles lib/limiter for processes that import it. */
export function bundleLimiter() {
  return bundleLib(ENTRY);
}
