/** Runs once in a plain `next start`, which has no front door; see docs/architecture.md. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs' || globalThis.floodgateRuntime !== undefined) return;
  const { openWithoutFrontDoor } = await import('./lib/without-front-door');
  await openWithoutFrontDoor();
}
