'use client';

import { Search } from 'lucide-react';
import { useRef } from 'react';
import { useShortcuts } from '@/components/hooks/use-shortcuts';
import { TextInput } from './inputs';
import { Kbd } from './kbd';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Narrows a list down; `/` brings the cursor into it. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const frame = useRef<HTMLDivElement>(null);
  useShortcuts({ '/': () => frame.current?.querySelector('input')?.focus() });
  return (
    <div ref={frame} className="relative w-full sm:w-72">
      <Search
        className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-ink-faint"
        aria-hidden="true"
      />
      <TextInput
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={onChange}
        isCode
        className="peer h-11 pr-10 pl-9 font-sans text-base [&::-webkit-search-cancel-button]:hidden"
      />
      <Kbd className="absolute inset-y-0 right-3 my-auto text-ink-faint peer-focus:hidden">/</Kbd>
    </div>
  );
}
