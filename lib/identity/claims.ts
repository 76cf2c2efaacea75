/** What a verified token says. */
export interface Claims {
  readonly user: string;
  readonly tier: string | undefined;
  /** A claim as text; undefined for what is no text, number or boolean. */
  text(name: string): string | undefined;
}

/** The claims that name user and tier. */
export interface ClaimNames {
  readonly userClaim: string;
  readonly tierClaim: string;
}

const LONGEST_USER = 256;
const CONTROL = /\p{Cc}/u;

/** @returns undefined when the payload names no user, or one that cannot be a user's name */
export function claimsOf(
  payload: Readonly<Record<string, unknown>>,
  { userClaim, tierClaim }: ClaimNames,
): Claims | undefined {
  const text = (name: string) => claimText(payload, name);
  const user = text(userClaim);
  if (user === undefined || user === '' || user.length > LONGEST_USER || CONTROL.test(user)) {
    return undefined;
  }
  return { user, tier: text(tierClaim), text };
}

/** Own members only: a claim named `constructor` is what the token says, not what objects inherit. */
function claimText(payload: Readonly<Record<string, unknown>>, name: string): string | undefined {
  if (!Object.hasOwn(payload, name)) return undefined;
  const value = payload[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
