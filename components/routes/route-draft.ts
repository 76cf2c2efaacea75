import type { Amount, PolicyDraft } from '@/components/policies/policy-draft';

/** A route as the form holds it: whole, but not yet right. */
export interface RouteDraft {
  readonly name: string;
  readonly description: string;
  readonly match: PolicyDraft['match'];
  readonly upstream: string;
  readonly strip_prefix: string;
  readonly add_prefix: string;
  readonly max_body_bytes: Amount;
  readonly cache: boolean;
}

/** What each section of the form gets: the whole draft, and the way to change members of it. */
export interface SectionProps {
  readonly draft: RouteDraft;
  readonly onChange: (patch: Partial<RouteDraft>) => void;
}
