/** Why credentials do not hold. */
export interface Fault {
  /** Which kind of credential. */
  readonly scheme: 'api-key' | 'jwt';
  /** Error code of RFC 6750, 3.1; `invalid_request` for credentials that contradict each other. */
  readonly error: 'invalid_token' | 'invalid_request';
  /** One sentence for the caller; holds nothing of the credential. */
  readonly detail: string;
  /** Value of the WWW-Authenticate header. */
  readonly wwwAuthenticate: string;
}

/** Credentials that do not hold. The request is answered with 401, never served as somebody else's. */
export interface Refusal extends Fault {
  readonly refused: true;
  /** Identifier of the client's address. */
  readonly ip: string;
}

/** @param detail in the characters of RFC 6750's error_description: ASCII without `"` and `\` */
export function faultOf(
  scheme: Fault['scheme'],
  detail: string,
  error: Fault['error'] = 'invalid_token',
): Fault {
  const wwwAuthenticate = `Bearer realm="floodgate", error="${error}", error_description="${detail}"`;
  return { scheme, error, detail, wwwAuthenticate };
}
