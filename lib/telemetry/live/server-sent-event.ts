/**
 * One event of a stream (WHATWG HTML §9.2). JSON escapes every line break that a value may hold, so
 * nothing in it can end a field or the event.
 * @param id what a viewer that comes back names as the last it was told
 */
export function serverSentEvent(name: string, data: unknown, id: string): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** What clients skip; keeps those between us and them from taking the connection for a dead one. */
export const HEARTBEAT = Buffer.from(':\n\n');
