const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** When a request was answered, to the millisecond; in UTC on hover. @param atMs Unix ms */
export function RequestTime({ atMs }: { atMs: number }) {
  const iso = new Date(atMs).toISOString();
  return (
    <time dateTime={iso} title={`${iso.slice(0, 10)} ${iso.slice(11, 23)} UTC`}>
      {clock.format(atMs)}
    </time>
  );
}
