'use client';

import { Message } from '@/components/shell/message';
import { Button } from '@/components/ui/button';

export default function PageError({ retry }: { error: unknown; retry: () => void }) {
  return (
    <Message
      title="This page could not be shown"
      detail="Limits go on being enforced. The server's log says what went wrong."
    >
      <Button variant="primary" onClick={retry}>
        Try again
      </Button>
    </Message>
  );
}
