/** RFC 3986 §3.2.2 and §3.2.3 as far as names are in use: no escapes, no user, no lists. */
const HOST = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/;

/** Whether a Host field, or the authority of a target, names one host. */
export function isHost(text: string): boolean {
  return HOST.test(text);
}
