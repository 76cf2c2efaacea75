/** A request that nobody sends, as the tester describes it. */
export interface Probe {
  readonly method: string;
  /** With its query, if any. */
  readonly path: string;
  readonly host: string;
  readonly ip: string;
  readonly keyId: string;
  readonly user: string;
  readonly tier: string;
  /** `name: value`, one each. */
  readonly headers: readonly string[];
  readonly claims: readonly string[];
}

export const BLANK_PROBE: Omit<Probe, 'path'> = {
  method: 'GET',
  host: '',
  ip: '192.0.2.1',
  keyId: '',
  user: '',
  tier: '',
  headers: [],
  claims: [],
};

/** A path that a pattern matches: `/users/:id` → `/users/1`, `/api/*` → `/api/example`. */
export function examplePath(pattern: string | undefined): string {
  return (pattern ?? '/').replace(/:[A-Za-z][A-Za-z0-9_]*/g, '1').replace(/\/\*$/, '/example');
}

/** The body that asks the admin API about a probe. */
export function explainBody(probe: Probe, draft: unknown) {
  const { method, path: target, host, ip, keyId, user, tier, headers, claims } = probe;
  const [path = '/', query] = target.split(/\?(.*)/s);
  return {
    method,
    path,
    ...given('query', query ?? ''),
    ...given('host', host),
    ...given('ip', ip),
    ...given('api_key_id', keyId),
    ...given('user', user),
    ...given('tier', tier),
    headers: pairsOf(headers),
    claims: pairsOf(claims),
    draft,
  };
}

function given(name: string, value: string): Record<string, string> {
  const text = value.trim();
  return text === '' ? {} : { [name]: text };
}

function pairsOf(lines: readonly string[]): Record<string, string> {
  const pairs = lines.map((line) => {
    const [name = '', value = ''] = line.split(/:(.*)/s);
    return [name.trim(), value.trim()] as const;
  });
  return Object.fromEntries(pairs.filter(([name]) => name !== ''));
}
