import { type Logger, pino } from 'pino';

export type { Logger };

export interface LoggerOptions {
  readonly level: string;
  readonly replica: string;
}

/** One logger for the process: JSON lines, or readable ones on a terminal. Written synchronously, so none is lost at exit. */
export async function createLogger({ level, replica }: LoggerOptions): Promise<Logger> {
  const options = { level, base: { replica } };
  if (!process.stdout.isTTY) return pino(options, pino.destination({ dest: 1, sync: true }));
  const { default: pretty } = await import('pino-pretty');
  return pino(options, pretty({ sync: true, ignore: 'pid,hostname,replica', singleLine: true }));
}
