'use client';

import { useRouter } from 'next/navigation';
import { FaultSummary } from '@/components/admin/fault-summary';
import { useEditor } from '@/components/hooks/use-editor';
import { Button } from '@/components/ui/button';
import { Faults } from '@/components/ui/faults';
import { FaultLine } from '@/components/ui/field';
import { Sheet } from '@/components/ui/sheet';
import { BLANK_CLIENT } from './client-draft';
import { ClientFields } from './client-fields';

/** Makes a client, then goes to it to issue its first key. */
export function NewClient({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const editor = useEditor('clients', BLANK_CLIENT, undefined);

  async function create() {
    const client = await editor.save('');
    if (client !== undefined) router.push(`/clients/${client.name}`);
  }

  return (
    <Sheet shape="side" title="New client" onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        {editor.refusals > 0 && <FaultSummary faults={editor.faults} />}
        <Faults faults={editor.faults}>
          <ClientFields draft={editor.draft} isNew onChange={editor.change} />
        </Faults>
        <div role="alert">
          {editor.failure !== undefined && <FaultLine text={editor.failure} />}
        </div>
        <Button variant="primary" type="submit" disabled={editor.isSaving} className="mt-4 w-full">
          Create client
        </Button>
      </form>
    </Sheet>
  );
}
