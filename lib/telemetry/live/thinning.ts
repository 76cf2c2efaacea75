import type { LiveDecision } from '../traffic';

/**
 * At most so many decisions in place of these, evenly spread over them. Each stands for those that
 * were passed over before it too, so the weights still add up to the same.
 */
export function thinned(decisions: readonly LiveDecision[], most: number): readonly LiveDecision[] {
  if (decisions.length <= most) return decisions;
  const kept: LiveDecision[] = [];
  let weight = 0;
  for (const [index, decision] of decisions.entries()) {
    weight += decision.weight;
    // The last of each of `most` parts of nearly one length.
    const isLastOfPart =
      Math.floor(((index + 1) * most) / decisions.length) >
      Math.floor((index * most) / decisions.length);
    if (!isLastOfPart) continue;
    kept.push({ ...decision, weight });
    weight = 0;
  }
  return kept;
}
