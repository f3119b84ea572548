import { type Logger as PinoLogger, pino } from 'pino';
import type { Scrubber } from './scrubber.ts';

/** Messages are constants; data goes into fields. `err` holds a thrown value. */
export type Logger = Pick<PinoLogger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'> & {
  child(bindings: Record<string, unknown>): Logger;
};

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerInit {
  level: LogLevel;
  scrubber: Scrubber;
  /** Receives whole lines, newline included. */
  write: (line: string) => void;
}

/** JSON lines; every line passes the scrubber and loses terminal control characters. */
export function createLogger(init: LoggerInit): Logger {
  const destination = { write: (line: string) => init.write(cleanLine(init.scrubber.scrub(line))) };
  return pino({ level: init.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}

/** JSON escapes C0 already; C1 controls and bidi overrides would still reach a terminal. */
function cleanLine(line: string): string {
  return line.replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
