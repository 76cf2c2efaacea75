import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label' | 'title'> {
  /** Said by screen readers and shown on hover. */
  readonly label: string;
}

export function IconButton({ label, className, ...props }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={clsx(
        'inline-flex size-11 shrink-0 items-center justify-center rounded-lg text-ink-soft hover:bg-raised hover:text-ink [&_svg]:size-5',
        className,
      )}
      {...props}
    />
  );
}
