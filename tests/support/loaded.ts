import type { Frame, TrafficLink } from '../../lib/telemetry/traffic';

/** All that a link gives of a time. @param sinceSeconds Unix seconds */
export async function loadedFrom(
  link: Pick<TrafficLink, 'load'>,
  sinceSeconds: number,
): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of link.load(sinceSeconds)) frames.push(frame);
  return frames;
}
