import type { Amount } from '@/components/policies/policy-draft';
import type { Upstream } from '@/lib/policy';

export interface TargetDraft {
  readonly url: string;
  readonly weight: Amount;
}

/** Numbers of one kind, by field. */
export type Settings = { readonly [field: string]: Amount | string | undefined };

/** The members whose numbers few have to touch. */
export type SettingsKind =
  | 'health_check'
  | 'breaker'
  | 'ejection'
  | 'retries'
  | 'timeouts'
  | 'connections';

/** An upstream as the form holds it: whole, but not yet right. */
export interface UpstreamDraft
  extends Readonly<Record<Exclude<SettingsKind, 'health_check'>, Settings>> {
  readonly name: string;
  readonly description: string;
  readonly targets: readonly TargetDraft[];
  readonly balance: Upstream['balance'];
  readonly hash_by: string;
  readonly host: string;
  /** Protocols that a connection may change to. */
  readonly upgrades: readonly string[];
  readonly health_check?: Settings | undefined;
}

/** What each section of the form gets: the whole draft, and the way to change members of it. */
export interface SectionProps {
  readonly draft: UpstreamDraft;
  readonly onChange: (patch: Partial<UpstreamDraft>) => void;
}
