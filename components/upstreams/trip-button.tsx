'use client';

import { PowerOff } from 'lucide-react';
import { type RefObject, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';

interface TripButtonProps {
  readonly upstream: string;
  /** Names of the routes that lead to it. */
  readonly routes: readonly string[];
  readonly isDisabled: boolean;
  readonly onTrip: () => Promise<void>;
  /** Gets the focus once this is disabled. */
  readonly next: RefObject<HTMLElement | null>;
}

const MOST_NAMED = 5;

/** Cuts an upstream off, after saying what that means. */
export function TripButton({ upstream, routes, isDisabled, onTrip, next }: TripButtonProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button
        variant="strong"
        aria-label={`Trip ${upstream}…`}
        disabled={isDisabled}
        onClick={() => setAsking(true)}
      >
        <PowerOff className="size-4" aria-hidden="true" />
        Trip…
      </Button>
      {isAsking && (
        <Confirm
          title={`Trip ${upstream}?`}
          action="Trip"
          isDanger
          onConfirm={onTrip}
          onClose={() => setAsking(false)}
          fallbackFocus={next}
        >
          <p>
            <strong className="text-ink">Every request to it will get 503</strong>, on every
            replica, until somebody resets it. {routesWords(routes)}
          </p>
          <p>Requests that are on their way already are answered.</p>
        </Confirm>
      )}
    </>
  );
}

function routesWords(routes: readonly string[]): string {
  if (routes.length === 0) return 'No route leads to it at the moment.';
  const rest = routes.length - MOST_NAMED;
  const named = routes.slice(0, MOST_NAMED).join(', ');
  return `Routes that lead to it: ${named}${rest > 0 ? ` and ${rest} more` : ''}.`;
}
