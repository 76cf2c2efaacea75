import { useState } from 'react';
import { useSWRConfig } from 'swr';
import { AdminError, type Conflict, messageOf } from '@/components/admin/admin-error';
import { adminRequest } from '@/components/admin/admin-request';
import { isSame, merged } from '@/components/admin/document';
import type { Fault, Item } from '@/components/admin/resources';
import { useValidation } from './use-validation';

export type EditedKind = 'policies' | 'clients' | 'tiers' | 'upstreams' | 'routes';

interface Saved<T> {
  readonly entity: T;
  /** undefined: it is not there yet. */
  readonly version: number | undefined;
}

export interface Editor<T> {
  readonly draft: T;
  readonly saved: T;
  readonly isNew: boolean;
  readonly isDirty: boolean;
  readonly isSaving: boolean;
  /** Whether anything was saved since it was opened. */
  readonly hasSaved: boolean;
  /** What is wrong with the draft, as far as it is time to say so. */
  readonly faults: readonly Fault[];
  /** Whether the server has found nothing wrong with the draft as it is. */
  readonly isSound: boolean;
  /** Why the last attempt failed, where no field is to blame. */
  readonly failure: string | undefined;
  /** How often saving was refused for faults. */
  readonly refusals: number;
  readonly conflict: Conflict | undefined;
  change(patch: Partial<T>): void;
  /** Members that the new draft lacks are gone. */
  replace(draft: T): void;
  revert(): void;
  /**
   * Saves the draft or, given a patch, that alone: what else was typed stays typed.
   * @returns the saved entity, or undefined: faults, failure or conflict say why
   */
  save(comment: string, patch?: Partial<T>): Promise<T | undefined>;
  /** @throws AdminError */
  remove(): Promise<void>;
  /** Drops the draft for what others saved. */
  takeTheirs(): void;
  /** Saves the draft's changes on top of what others saved. */
  applyMine(comment: string): Promise<T | undefined>;
  closeConflict(): void;
}

/**
 * An entity while it is edited: the draft, what is wrong with it, and how it gets saved without
 * writing over what others did meanwhile.
 * @param version at which it was read; undefined for a new one
 */
export function useEditor<T extends { readonly name: string }>(
  kind: EditedKind,
  initial: T,
  version: number | undefined,
): Editor<T> {
  const { mutate } = useSWRConfig();
  const [saved, setSaved] = useState<Saved<T>>({ entity: initial, version });
  const [draft, setDraft] = useState(initial);
  const [refused, setRefused] = useState<readonly Fault[]>([]);
  const [refusals, setRefusals] = useState(0);
  const [failure, setFailure] = useState<string>();
  const [conflict, setConflict] = useState<Conflict>();
  const [isSaving, setSaving] = useState(false);
  const [hasSaved, setHasSaved] = useState(false);
  const isNew = saved.version === undefined;
  const isDirty = !isSame(draft, saved.entity);
  const live = useValidation(kind, isDirty ? draft : undefined);

  // Nobody is told to fill in what they have not come to yet.
  const known = live.faults ?? refused;
  const faults =
    refusals > 0 || draft.name !== '' ? known : known.filter(({ path }) => path !== 'name');

  function settle(entity: T, at: number) {
    setSaved({ entity, version: at });
    setRefused([]);
    setRefusals(0);
    setConflict(undefined);
    void mutate(
      (key) => typeof key === 'string' && (key === `/${kind}` || key.startsWith(`/${kind}/`)),
    );
  }

  function explain(error: unknown) {
    if (!(error instanceof AdminError)) return setFailure(messageOf(error));
    if (error.conflict !== undefined && !isNew) return setConflict(error.conflict);
    const errors =
      error.status === 409 && isNew
        ? [{ path: 'name', message: 'this name is taken; choose another' }]
        : error.faults;
    if (errors.length === 0) return setFailure(messageOf(error));
    setRefused(errors);
    setRefusals((count) => count + 1);
  }

  async function write(entity: T, at: number | undefined, comment: string) {
    setSaving(true);
    setFailure(undefined);
    try {
      const path = isNew ? `/${kind}` : `/${kind}/${encodeURIComponent(saved.entity.name)}`;
      const answer = await adminRequest<Item<T>>(path, {
        method: isNew ? 'POST' : 'PUT',
        body: entity,
        version: at,
        comment,
      });
      settle(answer.item, answer.version);
      setHasSaved(true);
      return answer.item;
    } catch (error) {
      explain(error);
      return undefined;
    } finally {
      setSaving(false);
    }
  }

  return {
    draft,
    saved: saved.entity,
    isNew,
    isDirty,
    isSaving,
    hasSaved,
    faults,
    isSound: known.length === 0 && (live.isCurrent || !isDirty),
    failure,
    refusals,
    conflict,
    change: (patch) => setDraft((present) => ({ ...present, ...patch })),
    replace: setDraft,
    revert: () => setDraft(saved.entity),
    async save(comment, patch) {
      const wanted = patch === undefined ? draft : { ...saved.entity, ...patch };
      const entity = await write(wanted, saved.version, comment);
      if (patch !== undefined) setDraft({ ...draft, ...patch });
      else if (entity !== undefined) setDraft(entity);
      return entity;
    },
    async remove() {
      await adminRequest(`/${kind}/${encodeURIComponent(saved.entity.name)}`, {
        method: 'DELETE',
        version: saved.version,
      });
      setDraft(saved.entity);
      void mutate(`/${kind}`);
    },
    takeTheirs() {
      if (conflict?.current === null || conflict === undefined) return;
      setDraft(conflict.current as T);
      settle(conflict.current as T, conflict.version);
    },
    async applyMine(comment) {
      if (conflict === undefined) return undefined;
      const { current, version: at } = conflict;
      const both = current === null ? draft : (merged(saved.entity, current, draft) as T);
      const entity = await write(both, at, comment);
      if (entity !== undefined) setDraft(entity);
      return entity;
    },
    closeConflict: () => setConflict(undefined),
  };
}
