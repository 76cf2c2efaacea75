import { LocalTime } from '@/components/traffic/local-time';
import { FaultLine } from '@/components/ui/field';

interface StatusAgeProps {
  readonly error: Error | undefined;
  /** When the last status was told, RFC 3339; undefined: none was. */
  readonly toldAt: string | undefined;
}

/** Says that what is seen is not the present, and since when. Nothing while it is. */
export function StatusAge({ error, toldAt }: StatusAgeProps) {
  return (
    <div role="status">
      {error !== undefined && (
        <div className="mb-4 flex flex-wrap gap-x-2 text-sm">
          <FaultLine text={`How they are now is not known: ${error.message}`} />
          {toldAt !== undefined && (
            <p className="text-ink-soft">
              Below is what was at <LocalTime atMs={Date.parse(toldAt)} />.
            </p>
          )}
        </div>
      )}
    </div>
  );
}
