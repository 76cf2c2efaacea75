'use client';

import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from './icon-button';

interface CopyButtonProps {
  readonly text: string;
  readonly label: string;
}

/** Copies a text. Where the browser keeps the clipboard closed (plain http), it says so. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const [result, setResult] = useState<'idle' | 'copied' | 'refused'>('idle');

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setResult('copied');
    } catch {
      setResult('refused');
    }
  }

  return (
    <span className="flex items-center gap-2">
      <span role="status" className="text-ink-soft text-sm">
        {result === 'copied' && 'Copied'}
        {result === 'refused' && 'Select it to copy'}
      </span>
      <IconButton label={label} onClick={copy}>
        {result === 'copied' ? <Check /> : <Copy />}
      </IconButton>
    </span>
  );
}
