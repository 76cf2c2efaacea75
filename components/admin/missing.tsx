import { LinkButton } from '@/components/ui/link-button';
import { EmptyNotice } from '@/components/ui/notice';

interface MissingProps {
  readonly what: string;
  readonly name: string;
  readonly href: string;
  readonly list: string;
}

/** In place of an entity that is not there. */
export function Missing({ what, name, href, list }: MissingProps) {
  return (
    <EmptyNotice title={`There is no ${what} ${name}`}>
      <p>It may have been deleted or renamed; History knows.</p>
      <LinkButton variant="strong" href={href}>
        {list}
      </LinkButton>
    </EmptyNotice>
  );
}
