import { createServerClock } from './server-clock';

const clock = createServerClock(() => performance.now());

/** This page's one view of the server's clock. */
export const pageClock = {
  ...clock,
  /** The server's time, or this computer's until the server has told its own. Unix ms. */
  nowOrLocal: () => clock.now() ?? Date.now(),
};
