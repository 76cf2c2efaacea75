import type { ChildProcess } from 'node:child_process';

const PAUSE_MS = 25;

/**
 * Asks until a process that is starting answers.
 * @param output what it wrote so far, for the message
 * @throws Error when it has ended instead
 */
export async function firstAnswer(
  url: string,
  child: ChildProcess,
  output: () => string = () => '',
): Promise<Response> {
  for (;;) {
    if (child.exitCode !== null) {
      throw new Error(`ended at start with ${child.exitCode}:\n${output()}`);
    }
    try {
      const response = await fetch(url);
      if (response.ok) return response;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
