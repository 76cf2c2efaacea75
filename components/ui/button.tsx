import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

const VARIANTS = {
  primary: 'bg-accent text-accent-ink hover:brightness-110',
  strong: 'border border-edge bg-panel text-ink hover:bg-raised',
  quiet: 'text-ink-soft hover:bg-raised hover:text-ink',
  danger: 'bg-denied text-denied-ink hover:brightness-110',
} as const;

export type ButtonVariant = keyof typeof VARIANTS;

export function buttonLook(variant: ButtonVariant): string {
  return clsx(
    'inline-flex h-11 select-none items-center justify-center gap-2 whitespace-nowrap rounded-lg px-4 font-semibold disabled:opacity-50',
    VARIANTS[variant],
  );
}

interface ButtonProps extends ComponentProps<'button'> {
  readonly variant: ButtonVariant;
}

export function Button({ variant, className, ...props }: ButtonProps) {
  return <button type="button" className={clsx(buttonLook(variant), className)} {...props} />;
}
