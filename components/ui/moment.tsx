const dateAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** A date and time where the reader is, in UTC on hover. @param at RFC 3339 */
export function Moment({ at }: { at: string }) {
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} title={`${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`}>
      {dateAndTime.format(Date.parse(at))}
    </time>
  );
}
