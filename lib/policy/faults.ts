import type { z } from 'zod';
import type { ConfigurationFault } from './repository';

/** What a schema finds, one fault for each thing to mend. */
export function toFaults(issues: readonly z.core.$ZodIssue[]): ConfigurationFault[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: toPath([...issue.path, key]),
        message: 'is no member of this',
      }));
    }
    const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
    return { path: toPath(issue.path), message: isMissing ? 'is missing' : issue.message };
  });
}

/** As a person would point at it: `policies[3].limits[0].quota`. */
export function toPath(parts: readonly PropertyKey[]): string {
  const text = parts
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  return text.replace(/^\./, '') || 'configuration';
}
