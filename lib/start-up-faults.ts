import { ConfigError } from './config';
import { InvalidConfigurationError } from './policy';

/**
 * One readable line for each thing that keeps the process from starting and that whoever starts it can
 * mend. @returns undefined for what is no such thing
 */
export function startUpFaults(error: unknown): readonly string[] | undefined {
  if (error instanceof ConfigError) return error.faults;
  if (!(error instanceof InvalidConfigurationError)) return undefined;
  return error.faults.map(({ path, message }) => `${path}: ${message}`);
}
