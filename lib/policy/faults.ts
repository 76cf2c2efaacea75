import type { z } from 'zod';
import type { ConfigurationFault } from './repository';

/** What a schema finds, one fault for each thing to mend. */
export function toFaults(issues: readonly z.core.$ZodIssue[]): ConfigurationFault[] {
  const faults = new Map<string, ConfigurationFault>();
  for (const issue of issues) {
    for (const fault of faultsOf(issue)) {
      // Of two bounds that a value is beyond, the later is the nearer.
      const what = issue.code === 'custom' ? fault.message : issue.code;
      faults.set(`${fault.path}: ${what}`, fault);
    }
  }
  return [...faults.values()];
}

function faultsOf(issue: z.core.$ZodIssue): ConfigurationFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: toPath([...issue.path, key]),
      message: 'is no member of this',
    }));
  }
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [{ path: toPath(issue.path), message: isMissing ? 'is missing' : issue.message }];
}

/** As a person would point at it: `policies[3].limits[0].quota`. */
export function toPath(parts: readonly PropertyKey[]): string {
  const text = parts
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  return text.replace(/^\./, '') || 'configuration';
}
