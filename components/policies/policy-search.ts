import type { Policy } from '@/components/admin/resources';

/** Whether every word of a search stands somewhere in what a policy is called and where it applies. */
export function matchesSearch(policy: Policy, search: string): boolean {
  const { name, description, mode, match } = policy;
  const text = [name, description, mode, ...match.paths, ...match.hosts, ...match.methods]
    .join('\n')
    .toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
