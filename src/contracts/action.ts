import type { z } from 'zod';
import type { Actor, Role } from './actor.ts';

/**
 * Whose things an action is about. `guild`: one guild's, named by `guildId` in the input, and only from that guild.
 * `hub`: the whole community's, from a home guild. `person`: the asker's own, never by a token.
 */
export const scopes = ['guild', 'hub', 'person'] as const;
export type Scope = (typeof scopes)[number];

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
  scope: Scope;
  /** The weakest role that may perform it. `operator`: the people who host the hub, from any guild. */
  access: Role | 'operator';
  /** A write leaves an audit row and is idempotent by key. */
  effect: 'read' | 'write';
  /** The answer holds a secret: it is not kept, and a request that is repeated gets ACTION_SHOWN_ONCE. */
  shownOnce?: true;
  /** `bare`: also a token without a role. `never`: no token, whatever its role. */
  byToken?: 'bare' | 'never';
  /**
   * The answer as members below manager get it. Where the hub stands and what it runs on is for managers and operators.
   * Absent where the answer holds people's own words only.
   */
  belowManager?(answer: z.output<Output>): z.output<Output>;
  /** What makes two requests of one key the same; the whole input unless given. */
  fingerprint?(input: z.output<Input>): string;
}

/** The input of a guild's action names the guild. */
type InputOf<ScopeName extends Scope> = ScopeName extends 'guild'
  ? z.ZodType<{ guildId: string }>
  : z.ZodType;

export interface ActionContext {
  actor: Actor;
  /** Aborted when the asker no longer waits or the hub stops. */
  signal: AbortSignal;
  /** Bytes that came with the request; read at most once. */
  body?: AsyncIterable<Uint8Array> | undefined;
}

export interface Action<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  spec: ActionSpec<Input, Output>;
  run(context: ActionContext, input: z.output<Input>): Promise<z.input<Output>>;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of actions of many shapes; `perform` restores the types by spec
export type AnyAction = Action<any, any>;

export function defineAction<
  const ScopeName extends Scope,
  Input extends InputOf<ScopeName>,
  Output extends z.ZodType,
>(spec: ActionSpec<Input, Output> & { scope: ScopeName }): ActionSpec<Input, Output> & { scope: ScopeName } {
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
  /** The door itself ends running requests through `signal`; a stopping hub doesn't cut them off earlier. */
  outlasts?: true;
  /** For actions that take bytes. */
  body?: AsyncIterable<Uint8Array>;
  /** Called before a stored answer is given. */
  onReplay?: () => void;
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
