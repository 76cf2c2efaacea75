import type { Candidate } from './balancer';

/**
 * Smooth weighted round robin as nginx has it (its change "Upstream: smooth weighted round-robin
 * balancing", 2012): each candidate earns its weight, the one with the most credit is picked and pays
 * what all earned. Weights 5, 1, 1 give a a b a c a a rather than a a a a a b c.
 *
 * @param level only candidates that are loaded like this one take part; undefined: all do
 * @returns the index of the one whose turn it is, or -1
 */
export function takeTurn(candidates: readonly Candidate[], level: Candidate | undefined): number {
  let next: Candidate | undefined;
  let picked = -1;
  let earned = 0;
  for (let index = 0; index < candidates.length; index++) {
    const candidate = candidates[index];
    if (candidate === undefined || candidate.weight === 0) continue;
    if (level !== undefined && !isLoadedLike(candidate, level)) continue;
    candidate.credit += candidate.weight;
    earned += candidate.weight;
    if (next !== undefined && candidate.credit <= next.credit) continue;
    next = candidate;
    picked = index;
  }
  if (next !== undefined) next.credit -= earned;
  return picked;
}

function isLoadedLike(candidate: Candidate, level: Candidate): boolean {
  return candidate.inFlight * level.weight === level.inFlight * candidate.weight;
}
