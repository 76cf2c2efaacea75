export const SIZES = [1, 10, 100, 1_000, 10_000];

/** Shares no factor with the sizes, and so visits all of them. */
const STEP = 7_919;

/** What a policy's path looks like, and a request that meets it. */
const SHAPES = [
  (i) => ({ pattern: `/api/v1/resource-${i}`, path: `/api/v1/resource-${i}` }),
  (i) => ({ pattern: `/api/v1/users-${i}/:id`, path: `/api/v1/users-${i}/4711` }),
  (i) => ({ pattern: `/api/v1/files-${i}/*`, path: `/api/v1/files-${i}/2026/report.pdf` }),
  (i) => ({ pattern: `/api/v1/teams-${i}/:team/items`, path: `/api/v1/teams-${i}/red/items` }),
];

/** One policy for all of `/api`, and as many others as make `size`, of all shapes alike. */
function patternsOf(size) {
  return ['/api/*', ...Array.from({ length: size - 1 }, (_, i) => shapeOf(i).pattern)];
}

/**
 * Paths that ask for the policies of a size evenly, one in ten for none but the first.
 * @param {number} size
 */
export function pathsOf(size) {
  return Array.from({ length: 1_000 }, (_, i) => {
    const policy = (i * STEP) % Math.max(1, size - 1);
    return i % 10 === 0 || size === 1 ? `/api/v2/unknown-${i}/x` : shapeOf(policy).path;
  });
}

/** As many policies as `size`, of a path each. */
export function configurationOf(size) {
  return configurationBy(patternsOf(size).map((path) => ({ paths: [path] })));
}

/** As many policies as `size`, all of one path, of a host each. */
export function hostsConfigurationOf(size) {
  return configurationBy(Array.from({ length: size }, (_, i) => ({ hosts: [hostOf(i)] })));
}

/** Hosts that ask for the policies of a size evenly. */
export function hostsOf(size) {
  return Array.from({ length: 1_000 }, (_, i) => hostOf((i * STEP) % size));
}

function configurationBy(matches) {
  return {
    policies: matches.map((match, i) => ({
      name: `policy-${i}`,
      match,
      scope: ['identity'],
      limits: [{ algorithm: 'fixed-window', quota: 100, window_ms: 60_000 }],
    })),
  };
}

function hostOf(i) {
  return `customer-${i}.example.org`;
}

function shapeOf(i) {
  return SHAPES[i % SHAPES.length](i);
}
