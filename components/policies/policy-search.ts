import { matchesWords } from '@/components/admin/matches-words';
import type { Policy } from '@/components/admin/resources';

/** Whether every word of a search stands somewhere in what a policy is called and where it applies. */
export function matchesSearch(policy: Policy, search: string): boolean {
  const { name, description, mode, match } = policy;
  return matchesWords(
    [name, description, mode, ...match.paths, ...match.hosts, ...match.methods],
    search,
  );
}
