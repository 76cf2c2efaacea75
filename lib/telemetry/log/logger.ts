import { type Logger, pino } from 'pino';
import { plainText } from './plain-text';
import { onLostLines, standardOutput } from './standard-output';

export type { Logger };

export interface LoggerOptions {
  readonly level: string;
  readonly replica: string;
}

/**
 * One logger for the process: JSON lines, or readable ones on a terminal. Each is written before the call
 * returns, so that none is lost at exit, unless nobody takes it then.
 */
export async function createLogger({ level, replica }: LoggerOptions): Promise<Logger> {
  const options = { level, base: { replica } };
  if (!process.stdout.isTTY) {
    const writer = standardOutput();
    const logger = pino(options, {
      write: (line) => writer.writeNow(`${plainText(line.trimEnd())}\n`),
    });
    onLostLines((lines) => logger.warn({ lines }, 'lines of the log were lost: nobody took them'));
    return logger;
  }
  const { default: pretty } = await import('pino-pretty');
  return pino(options, pretty({ sync: true, ignore: 'pid,hostname,replica', singleLine: true }));
}
