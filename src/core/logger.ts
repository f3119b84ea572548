import { type LogFn, type Logger as PinoLogger, pino } from 'pino';
import type { Scrubber } from './scrubber.ts';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
type Level = (typeof levels)[number];

/** Messages are constants; data goes into fields. `err` holds a thrown value. */
export type Logger = Pick<PinoLogger, Level> & {
  child(bindings: Record<string, unknown>): Logger;
};

export type LogLevel = Level | 'silent';

export interface LoggerInit {
  level: LogLevel;
  scrubber: Pick<Scrubber, 'redact' | 'scrub'>;
  /** Receives whole lines, newline included. */
  write: (line: string) => void;
}

/** JSON lines. Each text in each field has passed the scrubber; no line holds terminal control characters. */
export function createLogger(init: LoggerInit): Logger {
  const destination = { write: (line: string) => init.write(cleanLine(line)) };
  const base = pino(
    {
      level: init.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors have been described by the time a field gets here.
      serializers: { err: (value: unknown) => value },
    },
    destination,
  );
  return bound(base, init.scrubber, {});
}

export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}

/** A child's fields are redacted with each line, not when it is made: secrets become known later. */
function bound(
  base: PinoLogger,
  scrubber: LoggerInit['scrubber'],
  bindings: Record<string, unknown>,
): Logger {
  function at(level: Level): LogFn {
    return (first: unknown, second?: unknown) => {
      if (!base.isLevelEnabled(level)) return;
      const { fields, message } = lineOf(first, second);
      const clean = { ...asFields(scrubber.redact(bindings)), ...asFields(scrubber.redact(fields)) };
      base[level](clean, message === undefined ? undefined : scrubber.scrub(message));
    };
  }
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
    child: (more) => bound(base, scrubber, { ...bindings, ...more }),
  };
}

/** pino's forms of a call: a message; fields and a message; or an error, which is both. */
function lineOf(first: unknown, second: unknown): { fields: unknown; message: string | undefined } {
  const message = typeof second === 'string' ? second : undefined;
  if (typeof first === 'string') return { fields: {}, message: first };
  if (first instanceof Error) return { fields: { err: first }, message: message ?? first.message };
  return { fields: first, message };
}

function asFields(value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  return value === undefined || value === null ? {} : { value };
}

/** JSON escapes C0 already; C1 controls and bidi overrides would still reach a terminal. */
function cleanLine(line: string): string {
  return line.replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
