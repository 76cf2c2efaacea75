'use client';

import { createContext, type ReactNode, use } from 'react';

export interface Fault {
  readonly path: string;
  readonly message: string;
}

const FaultsContext = createContext<readonly Fault[]>([]);

/** Tells the fields below what is wrong with what they hold. */
export function Faults({ faults, children }: { faults: readonly Fault[]; children: ReactNode }) {
  return <FaultsContext value={faults}>{children}</FaultsContext>;
}

/** What is wrong at `path` itself, or with an entry of the list that is there. */
export function useFaults(path: string): readonly Fault[] {
  return use(FaultsContext).filter(
    (fault) =>
      fault.path === path ||
      (/^\[\d+\]$/.test(fault.path.slice(path.length)) && fault.path.startsWith(path)),
  );
}
