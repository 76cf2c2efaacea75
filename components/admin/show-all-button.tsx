import { Button } from '@/components/ui/button';

interface ShowAllButtonProps {
  readonly showsAll: boolean;
  /** What there is, such as `24 targets`. */
  readonly what: string;
  readonly onToggle: () => void;
}

/** Below a list of which only the first are shown. */
export function ShowAllButton({ showsAll, what, onToggle }: ShowAllButtonProps) {
  return (
    <Button variant="quiet" aria-expanded={showsAll} onClick={onToggle}>
      {showsAll ? 'Show fewer' : `Show all ${what}`}
    </Button>
  );
}
