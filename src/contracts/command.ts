import type {
  APIApplicationCommandOptionChoice,
  APIMessageTopLevelComponent,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord-api-types/v10';
import type { z } from 'zod';
import type { ActionSpec } from './action.ts';
import type { GuildMemberActor } from './actor.ts';

/**
 * What a slash command is to the router: its definition, how it answers, and functions from input to view.
 * A command holds no rules: it parses, performs actions, and shows the result.
 */
export interface Command {
  definition: RESTPostAPIChatInputApplicationCommandsJSONBody;
  /**
   * `ephemeral`: only the asker sees it. `public`: everyone does. Either way the router acknowledges in time by
   * itself; errors are always shown to the asker alone.
   */
  replyMode: ReplyMode | ((input: CommandInput) => ReplyMode);
  run(context: CommandContext, input: CommandInput): Promise<View>;
  autocomplete?(context: CommandContext, input: CommandInput): Promise<APIApplicationCommandOptionChoice[]>;
  /** Buttons and selects of this command's views, by the name given to `customId`. */
  components?: Record<string, ComponentHandler>;
}

export type ReplyMode = 'ephemeral' | 'public';

export interface ComponentHandler {
  /** `update`: the view replaces the message. `reply`: it is a new, ephemeral reply. */
  mode: 'update' | 'reply';
  run(context: CommandContext, input: ComponentInput): Promise<View>;
}

/** Parsed options: never discord.js objects. */
export interface CommandInput {
  /** "start" of `/node start`, undefined for a command without subcommands. */
  subcommand: string | undefined;
  options: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Autocomplete: the option being typed and its text so far. */
  focused?: { name: string; value: string };
}

export interface ComponentInput {
  /** What `customId` was given. */
  data: string;
  /** Selected values; empty for buttons. */
  values: readonly string[];
}

export interface CommandContext {
  actor: GuildMemberActor;
  guildName: string;
  /** `perform`, bound to the actor and the interaction's id. */
  perform<Input extends z.ZodType, Output extends z.ZodType>(
    spec: ActionSpec<Input, Output>,
    input: z.input<Input>,
  ): Promise<z.output<Output>>;
  /** A custom id bound to user, message and expiry; `name` is a key of `components`. */
  customId(name: string, data?: string): string;
  /** All commands, for /help. */
  commands: readonly Command[];
  nowMs: number;
}

/** A reply in Components V2. Text of peers must have passed `inert` (core/text/inert). Mentions never fire. */
export interface View {
  components: APIMessageTopLevelComponent[];
}
