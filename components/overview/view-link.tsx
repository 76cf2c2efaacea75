import type { ComponentProps, MouseEvent } from 'react';
import { type View, viewAddress } from './view';

interface ViewLinkProps extends Omit<ComponentProps<'a'>, 'href' | 'onClick'> {
  readonly to: View;
  readonly onShow: (view: View) => void;
}

/** Shows another view at once; its address can be copied and opened elsewhere. */
export function ViewLink({ to, onShow, ...props }: ViewLinkProps) {
  function onClick(event: MouseEvent) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onShow(to);
  }
  return <a href={viewAddress(to)} onClick={onClick} {...props} />;
}
