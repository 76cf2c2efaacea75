import type { z } from 'zod';
import { type ConfigurationFault, toFaults } from '../policy';

/** Beyond it a list of faults helps nobody. */
const MOST_FAULTS = 100;
/** How the whole is called where it is a configuration. */
const WHOLE = 'configuration';

/** What a schema found, each with a path like `limits[0].quota`; an empty one for the whole. */
export function faultsOf({ issues }: z.ZodError): ConfigurationFault[] {
  return toFaults(issues.slice(0, MOST_FAULTS)).map(({ path, message }) => ({
    path: path === WHOLE ? '' : path,
    message,
  }));
}
