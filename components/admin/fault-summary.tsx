import type { Fault } from './resources';

/** Every fault of a refused save, those without a field included. */
export function FaultSummary({ faults }: { faults: readonly Fault[] }) {
  if (faults.length === 0) return null;
  return (
    <div
      role="alert"
      className="mb-6 rounded-xl border border-denied-text px-4 py-3 text-denied-text text-sm"
    >
      <p className="font-semibold">It was not saved. Mend this first:</p>
      <ul className="mt-1 list-inside list-disc">
        {faults.map(({ path, message }) => (
          <li key={`${path} ${message}`} className="break-words">
            {path !== '' && <span className="font-mono">{path}</span>}
            {path !== '' && ': '}
            {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
