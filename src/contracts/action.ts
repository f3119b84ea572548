import type { z } from 'zod';
import type { Actor, Role } from './actor.ts';

/**
 * A named thing the hub can do. The specification is known to every door (slash commands, REST, command line);
 * the service that owns it adds `run` with `implement`.
 */
export interface ActionSpec<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  /** "relay.start" */
  name: string;
  /** One sentence. */
  summary: string;
  input: Input;
  output: Output;
  /** The weakest role that may. */
  access: Role;
  /** A write leaves an audit row and is idempotent by key. */
  effect: 'read' | 'write';
  /** The answer holds a secret: it is not kept, and a request that is repeated gets ACTION_SHOWN_ONCE. */
  shownOnce?: true;
}

export interface ActionContext {
  actor: Actor;
  /** Aborted when the asker no longer waits or the hub stops. */
  signal: AbortSignal;
}

export interface Action<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  spec: ActionSpec<Input, Output>;
  run(context: ActionContext, input: z.output<Input>): Promise<z.input<Output>>;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of actions of many shapes; `perform` restores the types by spec
export type AnyAction = Action<any, any>;

export function defineAction<Input extends z.ZodType, Output extends z.ZodType>(
  spec: ActionSpec<Input, Output>,
): ActionSpec<Input, Output> {
  return spec;
}

export function implement<Input extends z.ZodType, Output extends z.ZodType>(
  spec: ActionSpec<Input, Output>,
  run: Action<Input, Output>['run'],
): Action<Input, Output> {
  return { spec, run };
}

export interface PerformOptions {
  /** The interaction's id or the Idempotency-Key: the same key from the same actor gives the stored answer. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/**
 * The one way to do anything, for every door: authorise → validate → idempotency → run → audit row.
 * Throws GuildmeshError for what the asker can know; anything else is a defect.
 */
export type Perform = <Input extends z.ZodType, Output extends z.ZodType>(
  spec: ActionSpec<Input, Output>,
  actor: Actor,
  input: z.input<Input>,
  options?: PerformOptions,
) => Promise<z.output<Output>>;
