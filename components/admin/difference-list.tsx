import { type Difference, written } from './document';

/** What became of each member: before with a minus, after with a plus. */
export function DifferenceList({ items }: { items: readonly Difference[] }) {
  return (
    <dl className="text-sm">
      {items.map(({ path, before, after }) => (
        <div key={path} className="border-line border-b py-2 last:border-b-0">
          <dt className="break-all font-mono text-ink-faint">
            {path === '' ? 'everything' : path}
          </dt>
          <dd className="font-mono">
            {before !== undefined && (
              <Line sign="−" word="before" look="text-denied-text" value={before} />
            )}
            {after !== undefined && (
              <Line sign="+" word="after" look="text-allowed-text" value={after} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface LineProps {
  readonly sign: string;
  readonly word: string;
  readonly look: string;
  readonly value: unknown;
}

function Line({ sign, word, look, value }: LineProps) {
  return (
    <p className={`flex gap-2 ${look}`}>
      <span aria-hidden="true">{sign}</span>
      <span className="sr-only">{word}</span>
      <span className="min-w-0 break-all">{written(value)}</span>
    </p>
  );
}
