import { Button } from '@/components/ui/button';
import { LinkButton } from '@/components/ui/link-button';
import { EmptyNotice } from '@/components/ui/notice';

interface NoRequestsProps {
  readonly isFiltering: boolean;
  readonly onClear: () => void;
}

export function NoRequests({ isFiltering, onClear }: NoRequestsProps) {
  if (isFiltering) {
    return (
      <EmptyNotice title="No such request is kept">
        <p>
          Each replica keeps its last few thousand. New ones that match come in here as they are
          answered.
        </p>
        <Button variant="strong" onClick={onClear}>
          Show all requests
        </Button>
      </EmptyNotice>
    );
  }
  return (
    <EmptyNotice title="No requests yet">
      <p>Each one that meets the policies comes in here as it is answered.</p>
      <LinkButton variant="strong" href="/">
        Send some
      </LinkButton>
    </EmptyNotice>
  );
}
