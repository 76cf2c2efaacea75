import type { Metadata } from 'next';
import Link from 'next/link';
import { Message } from '@/components/shell/message';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <Message title="Nothing is served here" detail="The address may be misspelt.">
      <Link href="/" className="text-accent-text underline underline-offset-4">
        Go to Traffic
      </Link>
    </Message>
  );
}
