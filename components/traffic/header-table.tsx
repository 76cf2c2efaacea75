import type { HeaderList } from './block';
import { noteOnHeader } from './header-notes';

/** Headers, and what each that Floodgate knows is for. */
export function HeaderTable({ headers }: { headers: HeaderList }) {
  return (
    <dl className="text-sm">
      {headers.map(([name, value]) => {
        const note = noteOnHeader(name, value);
        return (
          <div key={name} className="border-line border-b py-2 last:border-b-0">
            <dt className="font-mono text-ink-faint">{name}</dt>
            <dd>
              <p className="break-words font-mono">{value}</p>
              {note !== undefined && <p className="text-ink-soft">{note}</p>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
