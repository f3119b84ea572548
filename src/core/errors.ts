/**
 * Every failure a person may see has a stable code, typed details, a sentence, and the next step.
 *
 * Each area keeps its catalogue in an `errors.ts` made with `defineErrors`; docs/errors/ explains every code,
 * and a test holds the two together. Callers compare `code`, never `message`.
 */
import { onceStopped } from './once-stopped.ts';

/**
 * `user`: the asker can fix it. `remote`: another system refused or failed. `operator`: the people who host the hub
 * must act.
 */
export type ErrorKind = 'user' | 'remote' | 'operator';

export interface ErrorDefinition<Details> {
  kind: ErrorKind;
  /** What happened, one sentence, plain text. */
  message: (details: Details) => string;
  /** What to do next, one sentence, plain text. */
  next: (details: Details) => string;
}

/** The form in which an error crosses a thread or process border. */
export interface ErrorRecord {
  code: string;
  kind: ErrorKind;
  message: string;
  next: string;
  details: Record<string, unknown>;
}

export class GuildmeshError extends Error {
  override readonly name = 'GuildmeshError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly next: string;
  readonly details: Record<string, unknown>;

  constructor(record: ErrorRecord, options?: { cause?: unknown }) {
    super(record.message, options);
    this.code = record.code;
    this.kind = record.kind;
    this.next = record.next;
    this.details = record.details;
  }

  toRecord(): ErrorRecord {
    const { code, kind, message, next, details } = this;
    return { code, kind, message, next, details };
  }
}

/** Type-erased on purpose: a catalogue holds definitions of many detail types. */
// biome-ignore lint/suspicious/noExplicitAny: the detail type of each entry is recovered by `Factory`
type AnyDefinition = ErrorDefinition<any>;
type DetailsOf<D> = D extends { message: (details: infer X) => string } ? X : never;
type Factory<D> =
  unknown extends DetailsOf<D>
    ? (details?: undefined, options?: { cause?: unknown }) => GuildmeshError
    : (details: DetailsOf<D>, options?: { cause?: unknown }) => GuildmeshError;

export type ErrorCatalogue<T extends Record<string, AnyDefinition>> = {
  [Code in keyof T]: Factory<T[Code]>;
} & {
  readonly definitions: T;
};

/**
 * Turns definitions into factories: `audioErrors.AUDIO_NOT_AUDIO({ source })` is the error to throw.
 * A definition whose functions take no parameter gives a factory without details.
 */
export function defineErrors<const T extends Record<string, AnyDefinition>>(
  definitions: T,
): ErrorCatalogue<T> {
  const factories = Object.entries(definitions).map(([code, definition]) => {
    const create = (details: Record<string, unknown> = {}, options?: { cause?: unknown }) =>
      new GuildmeshError(
        {
          code,
          kind: definition.kind,
          message: onceStopped(definition.message(details)),
          next: onceStopped(definition.next(details)),
          details,
        },
        options,
      );
    return [code, create] as const;
  });
  return { ...Object.fromEntries(factories), definitions } as ErrorCatalogue<T>;
}

/** What people are shown of a failure, or kept of it to be shown. */
export type Problem = Pick<ErrorRecord, 'code' | 'message' | 'next'>;

export function problemOf({ code, message, next }: Problem): Problem {
  return { code, message, next };
}

export function isGuildmeshError(error: unknown, code?: string): error is GuildmeshError {
  return error instanceof GuildmeshError && (code === undefined || error.code === code);
}

/** The text of an unknown thrown value, for logs only: never show it to people. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
