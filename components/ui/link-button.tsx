import { clsx } from 'clsx';
import Link from 'next/link';
import type { ComponentProps } from 'react';
import { type ButtonVariant, buttonLook } from './button';

interface LinkButtonProps extends ComponentProps<typeof Link> {
  readonly variant: ButtonVariant;
}

/** A link that looks like a button: it goes somewhere to start something. */
export function LinkButton({ variant, className, ...props }: LinkButtonProps) {
  return <Link className={clsx(buttonLook(variant), className)} {...props} />;
}
