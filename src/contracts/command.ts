import type {
  APIApplicationCommandOptionChoice,
  APIMessageTopLevelComponent,
  ChannelType,
  FileUploadType,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPostAPIContextMenuApplicationCommandsJSONBody,
} from 'discord-api-types/v10';
import type { z } from 'zod';
import type { ActionSpec } from './action.ts';
import type { GuildMemberActor } from './actor.ts';

/**
 * What the hub knows of a slash command before any of its code is loaded: small, and imports no more than what it
 * declares. The router acknowledges by this alone, so that loading code never makes an answer late.
 */
export interface CommandDeclaration {
  definition: RESTPostAPIChatInputApplicationCommandsJSONBody;
  /**
   * `ephemeral`: only the asker sees it. `public`: everyone does. Either way the router acknowledges in time
   * automatically; only the asker sees errors.
   */
  replyMode: ReplyMode | ((input: CommandInput) => ReplyMode);
  /** The option that set a value of an action's input, where their names differ: "trigger.tag" → "match". */
  optionOf?: Readonly<Record<string, string>>;
  /** Whether a form comes before anything else: `form` of its code. */
  asksFirst?(input: CommandInput): boolean;
  /** Buttons and selects of this command's views, by the name given to `customId`. */
  controls?: Readonly<Record<string, ControlMode | ((input: ControlInput) => ControlMode)>>;
  /** Its forms, by name. `update` only for forms that a control opens: it changes the message that control is on. */
  forms?: Readonly<Record<string, 'update' | 'reply'>>;
  /** Names of its views that are kept up to date, as given in `View.panel`. */
  panels?: readonly string[];
  /** The part that answers operators in guilds that aren't home, where nothing else is answered or deployed. */
  outsideHome?: OutsideHome;
  /** Commands in the menu of a message. Their views use this command's controls, forms and panels. */
  onMessage?: readonly MessageCommand[];
}

/** What a slash command is to the hub. Its code loads with the first use. */
export interface Command extends CommandDeclaration {
  load(): Promise<CommandCode>;
}

/**
 * What a command does: functions from input to view, by the names that it declares. It holds no rules: it parses,
 * performs actions, and shows the result.
 */
export interface CommandCode {
  /** Must be quick: Discord refuses late forms. */
  form?(context: CommandContext, input: CommandInput): Promise<Form>;
  run(context: CommandContext, input: CommandInput): Promise<View>;
  autocomplete?(context: CommandContext, input: CommandInput): Suggestions;
  controls?: Readonly<Record<string, ControlHandler>>;
  /** Controls of mode `form`: what each opens. As quick as `form`. */
  opens?: Readonly<Record<string, FormOpener>>;
  /** For its forms once they are filled in. */
  forms?: Readonly<Record<string, FormHandler>>;
  panels?: Readonly<Record<string, PanelHandler>>;
  onMessage?: Readonly<Record<string, MessageHandler>>;
}

/** Parts in order of preference. A part that fails or is late doesn't affect the others. */
export type Suggestions =
  | Promise<APIApplicationCommandOptionChoice[]>
  | readonly Promise<APIApplicationCommandOptionChoice[]>[];

export interface OutsideHome {
  /** The definition deployed there. */
  definition: RESTPostAPIChatInputApplicationCommandsJSONBody;
  /** Subcommands that are answered there: "home add", … */
  subcommands: readonly string[];
  /** Keys of `controls`. */
  controls: readonly string[];
}

export type ReplyMode = 'ephemeral' | 'public';

/** `update`: the view replaces the message. `reply`: it is a new, ephemeral reply. `form`: a form comes first. */
export type ControlMode = 'update' | 'reply' | 'form';

export type ControlHandler = (context: CommandContext, input: ControlInput) => Promise<View>;
export type FormOpener = (context: CommandContext, input: ControlInput) => Promise<Form>;
export type FormHandler = (context: CommandContext, input: FormInput) => Promise<View>;
export type MessageHandler = (context: CommandContext, message: MessageInput) => Promise<View>;

/** What a panel shows now. `over`: it will not change any more. */
export type PanelHandler = (context: PanelContext, subject: string) => Promise<{ view: View; over: boolean }>;

export interface MessageCommand {
  definition: RESTPostAPIContextMenuApplicationCommandsJSONBody;
  replyMode: ReplyMode;
}

/** Parsed options: never discord.js objects. */
export interface CommandInput {
  /** "start" of `/node start`, "target add" of `/publish target add`, undefined for a command without subcommands. */
  subcommand: string | undefined;
  options: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Files given as options, by option name. */
  attachments: Readonly<Record<string, Attachment | undefined>>;
  /** Autocomplete: the option being typed and its text so far. */
  focused?: { name: string; value: string };
}

/** A file in Discord's hands; its address works for a day or so. Name and media type are what the sender claims. */
export interface Attachment {
  name: string;
  url: string;
  sizeBytes: number;
  mediaType: string | undefined;
}

export interface ControlInput {
  /** The `data` given to `customId`. */
  data: string;
  /** Selected values; empty for buttons. */
  values: readonly string[];
  /** The same, with the names of the channels, roles and people among them. */
  picked: readonly Picked[];
}

/** What somebody picked. */
export interface Picked {
  /** An option's value, or the id of a channel, role or person. */
  value: string;
  /** As the guild calls it; the value itself where it is an option of ours. */
  name: string;
}

/** What was filled in, by the names of the fields. */
export interface FormInput extends FormAnswers {
  /** What the form was given. */
  data: string;
}

export interface FormAnswers {
  /** Texts, and the value of a choice; a choice that was left open is absent. */
  fields: Readonly<Record<string, string>>;
  /** What was picked of several options, channels, roles and people. */
  picked: Readonly<Record<string, readonly Picked[]>>;
  flags: Readonly<Record<string, boolean>>;
  files: Readonly<Record<string, readonly Attachment[]>>;
}

/** The message whose menu was used. */
export interface MessageInput {
  id: string;
  url: string;
  authorName: string;
  content: string;
  embeds: readonly { title: string; description: string; url: string | undefined }[];
  attachments: readonly Attachment[];
  /** False: Discord gave no text, embed or file of it. */
  hasContent: boolean;
}

/** For views whose controls are for everybody: permission is checked when somebody uses them. */
export interface PanelContext {
  guildId: string;
  nowMs: number;
  /** Acts as the hub; in a command's context, as the asker. */
  perform<Input extends z.ZodType, Output extends z.ZodType>(
    spec: ActionSpec<Input, Output>,
    input: z.input<Input>,
  ): Promise<z.output<Output>>;
  /** A custom id that anybody may use, on any message; it doesn't expire. */
  sharedId(name: string, data?: string): string;
  /**
   * A command as people can click it, by its words: `play`, `publish target add`. Plain text where Discord's id of it isn't
   * known. Options can't be part of it.
   */
  mention(words: string): string;
}

export interface CommandContext extends PanelContext {
  actor: GuildMemberActor;
  guildName: string;
  /** The channel of the message that a panel of this name and subject follows; undefined: there is none. */
  panelChannelId(name: string, subject: string): string | undefined;
  /** The language the guild chose in Discord: "de", "en-GB". */
  guildLocale?: string;
  /** Shows the asker a progress view until the answer replaces it. Never throws. */
  meanwhile(view: View): Promise<void>;
  /** A custom id bound to user, message and expiry; `name` is a key of `controls`. */
  customId(name: string, data?: string): string;
  /**
   * Stores a value that is too long for a custom id, for this person only; returns its short id. The newest few are
   * kept.
   */
  keep(value: unknown): Promise<string>;
  /** Throws DISCORD_DRAFT_GONE. */
  kept(id: string): Promise<unknown>;
  /** What is used up or replaced. */
  forget(id: string): Promise<void>;
  /** All commands, for /help. */
  commands: readonly Command[];
}

/**
 * A reply in Components V2. Text of peers must have passed `inert` (core/text/inert). Mentions never notify anybody.
 */
export interface View {
  components: APIMessageTopLevelComponent[];
  /**
   * The message is edited whenever the subject changes, by the panel of that name; with `everyMs` (5,000 at least) also
   * at that interval, after a restart of the hub, too. Only for views that everyone sees.
   */
  panel?: ViewPanel;
  /** A second message, which everyone sees. */
  announcement?: View;
  /**
   * Shown by Thumbnail, MediaGallery and File components as `attachment://NAME`, each by one at least. An edit sends only
   * those that changed. Where the bot may not attach files, those components are left out.
   */
  files?: readonly ViewFile[];
}

export interface ViewPanel {
  name: string;
  subject: string;
  /** Read with each view: an interval that a view leaves out ends until a change brings a view with one. */
  everyMs?: number;
  /** Edits that nobody asked for by a press, in any minute; absent: as many as Discord allows. */
  editsPerMinuteMax?: number;
  /** There is one such message: an earlier one of the same name and subject becomes this, and ends. */
  moved?: View;
}

export interface ViewFile {
  /** Unique in its view. Letters, digits, `-`, `_` and `.` alone: Discord changes others. */
  name: string;
  bytes: Uint8Array;
  mediaType: string;
}

/** Questions to one person, in a window of their own. At most 5 fields. */
export interface Form {
  /** A key of `forms`. */
  name: string;
  data?: string;
  title: string;
  fields: readonly FormField[];
}

export type FormField =
  | TextField
  | ChoiceField
  | SeveralField
  | FlagField
  | ChannelField
  | PeopleField
  | FileField;

interface Question {
  name: string;
  /** At most 45 characters. */
  label: string;
  /** At most 100 characters. */
  help?: string;
}

export interface TextField extends Question {
  style: 'line' | 'text';
  value?: string;
  required: boolean;
  /** Characters; Discord takes at most 4,000. */
  lengthMax: number;
}

/** Label and help at most 100 characters each. */
export interface FormOption {
  value: string;
  label: string;
  help?: string;
}

/** One of up to 25: radio buttons for 2 to 10, else a select. */
export interface ChoiceField extends Question {
  style: 'choice';
  options: readonly FormOption[];
  value?: string;
  required: boolean;
}

/** Some of up to 25: boxes for up to 10, else a select. */
export interface SeveralField extends Question {
  style: 'several';
  options: readonly FormOption[];
  values?: readonly string[];
  required: boolean;
}

/** Yes or no; a box that nobody ticked is no. */
export interface FlagField extends Question {
  style: 'flag';
  value?: boolean;
}

export interface ChannelField extends Question {
  style: 'channel';
  /** Absent: of every type. */
  types?: readonly ChannelType[];
  /** Ids. */
  values?: readonly string[];
  required: boolean;
  /** At most 25; absent: one. */
  most?: number;
}

export interface PeopleField extends Question {
  style: 'role' | 'person';
  /** Ids. */
  values?: readonly string[];
  required: boolean;
  /** At most 25; absent: one. */
  most?: number;
}

export interface FileField extends Question {
  style: 'file';
  /** "audio", ".log"; absent: every file. */
  types?: readonly FileUploadType[];
  required: boolean;
  /** At most 10; absent: one. */
  most?: number;
}
