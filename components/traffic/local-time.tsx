import { formatTime } from './format';

/** A moment in local time, in UTC on hover. The server renders its own zone, which the browser then corrects. @param atMs Unix ms */
export function LocalTime({ atMs }: { atMs: number }) {
  const iso = new Date(atMs).toISOString();
  return (
    <time dateTime={iso} title={`${iso.slice(11, 19)} UTC`} suppressHydrationWarning>
      {formatTime(atMs)}
    </time>
  );
}
