import { InvalidConfigurationError } from './repository';

/**
 * The kept hash of the admin token. Sessions are signed by a key made of it, so nothing else may pass for one.
 * @param place where it was kept, for whoever has to mend it
 * @throws InvalidConfigurationError
 */
export function readTokenHash(kept: string, place: string): string {
  if (/^[0-9a-f]{64}$/.test(kept)) return kept;
  const message = 'is no SHA-256 in hexadecimal; remove it, and a new admin token is made';
  throw new InvalidConfigurationError([{ path: place, message }]);
}
