/** What is measured. */
export const SUBJECT_PORT = 18_300;
/** What it is compared with, or what stands in front of it. */
export const OTHER_PORT = 18_301;
export const UPSTREAM_PORT = 18_302;
export const REPLICA_PORTS = [18_310, 18_311, 18_312];

/** @param {number} port */
export function urlOf(port) {
  return `http://127.0.0.1:${port}`;
}
