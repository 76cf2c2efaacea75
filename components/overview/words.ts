import type { FilterName } from './view';

const NONE = '-';

/** What a share is called; `-` stands for what none had. */
export function shareName(kind: FilterName, name: string): string {
  return name === NONE ? `no ${kind}` : name;
}
