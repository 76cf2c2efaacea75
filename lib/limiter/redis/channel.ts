/**
 * What a channel is called among the deployments that share a server. Redis's pub/sub knows no
 * databases, which keep their keys apart: channels are kept apart by their names.
 * @param db the number of the database; the first one's channels have the plain names
 */
export function channelIn(db: number, name: string): string {
  return db === 0 ? name : `${name}:${db}`;
}
