'use client';

import type { Editor } from '@/components/hooks/use-editor';
import { Button } from '@/components/ui/button';
import { FaultLine } from '@/components/ui/field';
import { Moment } from '@/components/ui/moment';
import { Sheet } from '@/components/ui/sheet';
import { Cell, Row, Table } from '@/components/ui/table';
import { type Difference, differences, written } from './document';

interface ConflictViewProps {
  readonly editor: Pick<
    Editor<unknown>,
    'conflict' | 'draft' | 'saved' | 'isSaving' | 'failure' | 'takeTheirs' | 'closeConflict'
  >;
  readonly onMine: () => void;
}

/** Somebody saved the same first: what they changed, what I changed, and whose stays. Nothing while nobody has. */
export function ConflictView({ editor, onMine }: ConflictViewProps) {
  const { conflict, saved, draft, isSaving, failure, takeTheirs, closeConflict } = editor;
  if (conflict === undefined) return null;
  const { current, changes } = conflict;
  const isGone = current === null;
  return (
    <Sheet shape="wide" title="Somebody saved this before you" onClose={closeConflict}>
      <ul className="text-ink-soft">
        {changes.map(({ version, author, at, comment }) => (
          <li key={version}>
            <span className="font-semibold text-ink">{author}</span>, <Moment at={at} />, version{' '}
            {version}
            {comment !== '' && `: ${comment}`}
          </li>
        ))}
      </ul>
      {isGone ? (
        <p className="mt-4">It has been deleted. Yours is still here and can bring it back.</p>
      ) : (
        <Comparison base={saved} theirs={current} mine={draft} />
      )}
      <p className="mt-4 text-ink-soft text-sm">
        {isGone
          ? 'Nothing is lost as long as this page is open.'
          : 'Applied on top, your changes are saved together with theirs; where both changed the same, yours stays.'}
      </p>
      <div role="alert" className="mt-2">
        {failure !== undefined && <FaultLine text={failure} />}
      </div>
      <div className="mt-4 flex flex-wrap justify-end gap-3">
        <Button variant="quiet" onClick={closeConflict}>
          Back to editing
        </Button>
        {!isGone && (
          <Button variant="strong" onClick={takeTheirs}>
            Keep theirs
          </Button>
        )}
        <Button variant="primary" disabled={isSaving} onClick={onMine}>
          {isGone ? 'Save mine again' : 'Apply mine on top'}
        </Button>
      </div>
    </Sheet>
  );
}

interface Versions {
  readonly base: unknown;
  readonly theirs: unknown;
  readonly mine: unknown;
}

function Comparison({ base, theirs, mine }: Versions) {
  const their = byPath(differences(base, theirs));
  const my = byPath(differences(base, mine));
  const paths = [...new Set([...their.keys(), ...my.keys()])].sort();
  return (
    <div className="mt-4 text-sm">
      <Table label="Changes" columns={['Field', 'Before', 'Theirs', 'Mine']}>
        {paths.map((path) => {
          const [theirChange, myChange] = [their.get(path), my.get(path)];
          return (
            <Row key={path}>
              <Cell className="md:min-w-48">
                <span className="break-all font-mono text-ink-soft">{path}</span>
                {theirChange && myChange && (
                  <span className="block text-degraded-text">both changed it</span>
                )}
              </Cell>
              <Cell label="Before" className="font-mono">
                <span className="break-words">{written((theirChange ?? myChange)?.before)}</span>
              </Cell>
              <Cell label="Theirs" className="font-mono">
                <Changed value={theirChange} />
              </Cell>
              <Cell label="Mine" className="font-mono">
                <Changed value={myChange} />
              </Cell>
            </Row>
          );
        })}
      </Table>
    </div>
  );
}

function byPath(list: readonly Difference[]): ReadonlyMap<string, Difference> {
  return new Map(list.map((difference) => [difference.path, difference]));
}

function Changed({ value }: { value: Difference | undefined }) {
  return value === undefined ? (
    <span className="text-ink-faint">unchanged</span>
  ) : (
    <span className="break-words font-semibold">{written(value.after)}</span>
  );
}
