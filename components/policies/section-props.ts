import type { PolicyDraft } from './policy-draft';

/** What each section of the form gets: the whole draft, and the way to change members of it. */
export interface SectionProps {
  readonly draft: PolicyDraft;
  readonly onChange: (patch: Partial<PolicyDraft>) => void;
}
