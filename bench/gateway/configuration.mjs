import { plenty } from '../policies/configuration.mjs';
import { UPSTREAM_PORT, urlOf } from './ports.mjs';

/** A path of the route; what it answers is the upstream's business. */
export const PATH = '/bench/quote';
const PATHS = ['/bench/*'];
/** Two of 1 GiB have to fit. */
const LONGEST_BODY = 64 * 2 ** 30;

/**
 * A configuration with one route to one upstream and one policy for it. Settings of the upstream are the
 * model's own unless given.
 * @param {{quota?: number, upstream?: object, [kind: string]: unknown}} [options] quota: none, one that no run exhausts; the rest
 *   goes into the configuration as it is
 */
export function configurationOf({ quota = plenty.quota, upstream = {}, ...more } = {}) {
  return {
    upstreams: [{ name: 'bench', targets: [{ url: urlOf(UPSTREAM_PORT) }], ...upstream }],
    routes: [
      { name: 'bench', match: { paths: PATHS }, upstream: 'bench', max_body_bytes: LONGEST_BODY },
    ],
    policies: [
      {
        name: 'bench',
        match: { paths: PATHS },
        scope: ['identity'],
        limits: [{ ...plenty, quota }],
        final: true,
      },
    ],
    ...more,
  };
}
