/** Every failure a person may see has a stable code, typed details, a sentence, and the next step. Callers compare `code`. */

/**
 * `user`: the asker can correct it. `remote`: the bot failed. `operator`: the person who runs the local Discord must
 * act.
 */
export type ErrorKind = 'user' | 'remote' | 'operator';

export interface ErrorRecord {
  code: string;
  kind: ErrorKind;
  message: string;
  next: string;
  details: Record<string, unknown>;
}

export class LocalDiscordError extends Error {
  override readonly name = 'LocalDiscordError';
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

interface ErrorDefinition<Details> {
  kind: ErrorKind;
  message: (details: Details) => string;
  next: (details: Details) => string;
}

// biome-ignore lint/suspicious/noExplicitAny: the detail type of each entry is recovered by `Factory`
type AnyDefinition = ErrorDefinition<any>;
type DetailsOf<D> = D extends { message: (details: infer X) => string } ? X : never;
type Factory<D> =
  unknown extends DetailsOf<D>
    ? (details?: undefined, options?: { cause?: unknown }) => LocalDiscordError
    : (details: DetailsOf<D>, options?: { cause?: unknown }) => LocalDiscordError;
type Catalogue<T extends Record<string, AnyDefinition>> = { [Code in keyof T]: Factory<T[Code]> } & {
  readonly definitions: T;
};

/** Turns definitions into factories: `playgroundErrors.PLAYGROUND_PORT_TAKEN({ port })` is the error to throw. */
export function defineErrors<const T extends Record<string, AnyDefinition>>(definitions: T): Catalogue<T> {
  const factories = Object.entries(definitions).map(([code, { kind, message, next }]) => {
    const create = (details: Record<string, unknown> = {}, options?: { cause?: unknown }) =>
      new LocalDiscordError(
        { code, kind, message: onceStopped(message(details)), next: onceStopped(next(details)), details },
        options,
      );
    return [code, create] as const;
  });
  return { ...Object.fromEntries(factories), definitions } as Catalogue<T>;
}

export function isLocalDiscordError(error: unknown, code?: string): error is LocalDiscordError {
  return error instanceof LocalDiscordError && (code === undefined || error.code === code);
}

/** The code of a system's error: `ENOENT`, `EADDRINUSE`. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The text of an unknown thrown value, for logs only. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A quoted reason may bring a full stop of its own. */
function onceStopped(text: string): string {
  return text.replace(/(?<![.])([.!?…])\.(?![.])(?=\s|$)/g, '$1');
}
