/** How far a viewer has been told, as the ids of events say it. */
export interface ResumePoint {
  /** The last second that was told, Unix seconds. */
  readonly second: number;
  /** The last batch of decisions, of the process of this mark; none: only the second is known. */
  readonly batch: { readonly mark: string; readonly number: number } | undefined;
}

const POINT = /^(\d{1,12})(?:-([0-9a-z]{1,16})-(\d{1,15}))?$/;

/** `1700000000-k3x9q2-41`: the Unix second alone is one too. @returns undefined for what is none */
export function parseResumePoint(text: string): ResumePoint | undefined {
  const [, second, mark, number] = POINT.exec(text) ?? [];
  if (second === undefined) return undefined;
  return {
    second: Number(second),
    batch: mark === undefined ? undefined : { mark, number: Number(number) },
  };
}

export function formatResumePoint({ second, batch }: ResumePoint): string {
  return batch === undefined ? `${second}` : `${second}-${batch.mark}-${batch.number}`;
}
