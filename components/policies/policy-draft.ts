/** A number being typed; null while there is none. */
export type Amount = number | null;

export interface LimitDraft {
  readonly algorithm: string;
  readonly name?: string | undefined;
  readonly [field: string]: string | Amount | undefined;
}

export type CostDraft =
  | { readonly from: 'constant'; readonly units: Amount }
  | {
      readonly from: 'header' | 'query';
      readonly name: string;
      readonly default: Amount;
      readonly min: Amount;
      readonly max: Amount;
    };

export interface CallersDraft {
  readonly cidrs: readonly string[];
  readonly keys: readonly string[];
  readonly users: readonly string[];
}

export interface OverrideDraft {
  readonly tier: string;
  readonly limits: readonly LimitDraft[];
}

export type Mode = 'enforce' | 'shadow' | 'off';
export type StoreFailureMode = 'open' | 'closed' | 'local';

/** A policy as the form holds it: whole, but not yet right. */
export interface PolicyDraft {
  readonly name: string;
  readonly description: string;
  readonly mode: Mode;
  readonly priority: Amount;
  readonly final: boolean;
  readonly match: {
    readonly hosts: readonly string[];
    readonly paths: readonly string[];
    readonly methods: readonly string[];
  };
  readonly scope: readonly string[];
  readonly limits: readonly LimitDraft[];
  readonly overrides: readonly OverrideDraft[];
  readonly cost: CostDraft;
  readonly on_store_failure: StoreFailureMode;
  readonly replicas: Amount;
  readonly key_name?: string | undefined;
  readonly exempt: CallersDraft;
  readonly deny: CallersDraft;
}

const NOBODY: CallersDraft = { cidrs: [], keys: [], users: [] };

/** Where a new policy starts: in shadow, so that trying it refuses nobody. */
export const BLANK_POLICY: PolicyDraft = {
  name: '',
  description: '',
  mode: 'shadow',
  priority: 0,
  final: false,
  match: { hosts: [], paths: ['/api/*'], methods: [] },
  scope: ['ip'],
  limits: [{ algorithm: 'fixed-window', quota: 100, window_ms: 60_000 }],
  overrides: [],
  cost: { from: 'constant', units: 1 },
  on_store_failure: 'open',
  replicas: 1,
  exempt: NOBODY,
  deny: NOBODY,
};
