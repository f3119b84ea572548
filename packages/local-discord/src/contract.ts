/**
 * What the parts of the playground may rely on from one another, and what tests, hosts and the page use.
 * The playground is Discord, not us: nothing here knows a bot.
 *
 * Wire payloads are those of `discord-api-types`; ids are snowflakes in decimal.
 */
import type {
  APIApplicationCommandOptionChoice,
  APIChannel,
  APIGuildMember,
  APIMessage,
  APIModalInteractionResponseCallbackData,
  APIRole,
  APIUser,
  APIVoiceState,
  ChannelType,
} from 'discord-api-types/v10';
import type { FastifyInstance } from 'fastify';
import type { Timing } from './timing.ts';
import type { Listener, VoiceFaults, VoiceServer } from './voice/contract.ts';
import type { WireCommand } from './world/wire-command.ts';

// --- the world as it is at the start -------------------------------------------------------------------

export interface WorldSeed {
  bots: BotSeed[];
  users: UserSeed[];
  guilds: GuildSeed[];
}

export interface BotSeed {
  id: string;
  /** The application's id equals the bot's user id. */
  name: string;
  token: string;
  /** Whether the privileged Message Content and Guild Members intents are granted. */
  privilegedIntents?: boolean;
  application: ApplicationSeed;
}

/** The owner of the bot's application. */
export interface ApplicationSeed {
  /** Its owner, or the team's. */
  ownerId: string;
  team?: {
    id: string;
    name: string;
    /** The owner is among them. `role` applies to all but the owner. */
    members: {
      userId: string;
      state: 'invited' | 'accepted';
      role?: 'admin' | 'developer' | 'read_only';
    }[];
  };
  /** "Public Bot": anybody may invite it. */
  isPublic?: boolean;
}

export interface UserSeed {
  id: string;
  name: string;
}

export interface GuildSeed {
  id: string;
  name: string;
  ownerId: string;
  /** Where Discord writes of its own; absent: nowhere. */
  systemChannelId?: string;
  /** `@everyone` is made automatically, with Discord's default permissions unless given here as role id = guild id. */
  roles: { id: string; name: string; permissions: bigint; color?: number; position?: number }[];
  channels: ChannelSeed[];
  members: { userId: string; roleIds: string[] }[];
  /** Bots invited, each with the permissions of its managed role. */
  bots: { botId: string; permissions: bigint }[];
}

export interface ChannelSeed {
  id: string;
  name: string;
  type:
    | ChannelType.GuildText
    | ChannelType.GuildVoice
    | ChannelType.GuildStageVoice
    | ChannelType.GuildAnnouncement
    | ChannelType.GuildForum
    | ChannelType.GuildCategory;
  parentId?: string;
  userLimit?: number;
  bitrate?: number;
  overwrites?: { id: string; type: 0 | 1; allow: bigint; deny: bigint }[];
  /** Only for a forum. */
  tags?: { id: string; name: string; moderated: boolean }[];
  /** Only for a forum: a post needs one of its tags. */
  requiresTag?: boolean;
}

// --- the playground as a whole ---------------------------------------------------------------------------

export interface PlaygroundInit {
  seed: WorldSeed;
  /** Holds the certificate between runs; created if missing. */
  stateDirectory: string;
  /** 0 chooses a free port. Everything binds 127.0.0.1. */
  port?: number;
  log?: (line: string) => void;
  /** Sees every REST exchange after it was answered: tests judge both sides by the official description. */
  observe?: (exchange: Exchange) => void;
  /** Discord's times, for tests that must not wait 15 minutes. */
  timing?: Partial<Timing>;
  /** False: no request is ever answered 429, for tests that are about something else. */
  rateLimited?: boolean;
  /** The voice half; by default the real one of `voice/`. */
  createVoice?: (init: VoiceServerInit) => VoiceServer;
  /**
   * Id of the bot whose sound another one passes on now, where the host knows it: what people decrypt is counted apart by
   * it. Called with each frame: it must be quick.
   */
  soundOf?: (guildId: string, speakerId: string) => string | undefined;
  /** Mounts the page and its API before the server listens. */
  mountPage?: (app: FastifyInstance, playground: Playground) => Promise<void>;
}

export interface VoiceServerInit {
  certificate: { certPem: string; keyPem: string };
  host?: string;
  onViolation: (violation: Violation) => void;
  log?: (line: string) => void;
}

export interface Exchange {
  method: string;
  /** As in Discord's description: `/channels/{channel_id}`. */
  path: string;
  /** The JSON body, or `payload_json` of a multipart one. */
  body: unknown;
  multipart: boolean;
  status: number;
  answer: unknown;
}

export interface Playground {
  /** For discord.js `rest.api`: `http://127.0.0.1:PORT/api`. */
  readonly apiUrl: string;
  /** The page people open. */
  readonly pageUrl: string;
  /** For NODE_EXTRA_CA_CERTS of bots started against this playground. */
  readonly certificatePath: string;
  readonly world: WorldView;
  readonly faults: Faults;
  /** Everything a client or this server did that the judges refuse; a test fails at its end unless this is empty. */
  readonly violations: readonly Violation[];
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Acts as a person in one guild. Throws when the user is not a member. */
  as(userId: string, guildId: string): MemberSession;
  /** Everything that a page shows, as it happens. Returns the function that unsubscribes. */
  subscribe(listener: (event: PlaygroundEvent) => void): () => void;
}

export interface Violation {
  where: string;
  problem: string;
}

/** Read-only look at the world: for the page and for assertions. */
export interface WorldView {
  guilds(): GuildView[];
  guild(guildId: string): GuildView | undefined;
  user(userId: string): APIUser | undefined;
  /** Newest last. Ephemeral messages are listed only for their `viewerId`. */
  messages(channelId: string, viewerId?: string): APIMessage[];
  /** Commands that a member sees in this guild: guild and global ones of all its bots. */
  commands(guildId: string): WireCommand[];
  voiceStates(guildId: string): APIVoiceState[];
  /** What people in its voice channels decrypted since the start. */
  heard(guildId: string): HeardView[];
  /** The line below a voice channel's name; empty without one. */
  voiceStatus(guildId: string, channelId: string): string;
}

/** What one person decrypted of one speaker in one voice channel. */
export interface HeardView {
  userId: string;
  channelId: string;
  speakerId: string;
  /** Id of the bot whose sound it was, where the host says that it was passed on (`PlaygroundInit.soundOf`). */
  soundOf?: string;
  framesDecrypted: number;
}

export interface GuildView {
  id: string;
  name: string;
  ownerId: string;
  channels: APIChannel[];
  roles: APIRole[];
  members: APIGuildMember[];
  /** Bot user ids that have a live gateway session. */
  botsOnline: string[];
}

export type PlaygroundEvent =
  | { type: 'message'; guildId: string; channelId: string; message: APIMessage; viewerId?: string }
  | { type: 'message-edit'; guildId: string; channelId: string; message: APIMessage; viewerId?: string }
  | { type: 'message-delete'; guildId: string; channelId: string; messageId: string }
  | { type: 'voice-state'; guildId: string; state: APIVoiceState }
  /** At a pair's first frame, and then once a second of sound. */
  | { type: 'heard'; guildId: string; heard: HeardView }
  | { type: 'guild'; guildId: string }
  | { type: 'commands'; guildId: string }
  | { type: 'presence'; guildId: string; botId: string; online: boolean }
  | {
      type: 'modal';
      guildId: string;
      userId: string;
      interactionId: string;
      modal: APIModalInteractionResponseCallbackData;
    }
  | { type: 'interaction'; guildId: string; userId: string; interactionId: string; state: InteractionState };

/** `failed` is what people see as "The application did not respond". */
export type InteractionState = 'sent' | 'thinking' | 'answered' | 'failed';

// --- people ------------------------------------------------------------------------------------------------

export interface MemberSession {
  readonly userId: string;
  readonly guildId: string;
  /**
   * Runs a slash command as typed: `/sing song:abc channel:#Lounge`. Option values may be quoted;
   * channels, roles and users are given by `#name`, `@name` or id. Resolves with the first visible answer
   * (a modal counts), rejects with `InteractionFailed` when the bot stays silent for 3 s.
   */
  run(typed: string, options?: { channelId?: string; attachments?: readonly MemberFile[] }): Promise<Answer>;
  /** Choices for the option the typed text ends in. */
  autocomplete(typed: string, options?: { channelId?: string }): Promise<APIApplicationCommandOptionChoice[]>;
  click(messageId: string, customId: string): Promise<Answer>;
  select(messageId: string, customId: string, values: string[]): Promise<Answer>;
  /** Values by custom id; a field left out is sent as the form shows it. Files are those of its file uploads. */
  submitModal(
    interactionId: string,
    values: Readonly<Record<string, FormValue>>,
    files?: Readonly<Record<string, readonly MemberFile[]>>,
  ): Promise<Answer>;
  /** A context-menu command on a message. */
  runOnMessage(commandName: string, messageId: string): Promise<Answer>;
  say(channelId: string, content: string): Promise<APIMessage>;
  /** Joins as a listener who hears (and, in DAVE channels, is a member of the group). */
  listen(channelId: string): Promise<Listener>;
}

/** A text, a checkbox, the values of a group or select, or null: no button of a radio group. */
export type FormValue = string | boolean | null | readonly string[];

export interface MemberFile {
  name: string;
  bytes: Uint8Array;
}

export interface Answer {
  interactionId: string;
  /** The message as last edited; resolves again through `settled`. */
  readonly message?: APIMessage | undefined;
  readonly ephemeral: boolean;
  modal?: APIModalInteractionResponseCallbackData;
  /**
   * After a deferral the first edited reply; a bot that shows its progress meanwhile edits again. Rejects after
   * `timeoutMs` (default 15 s).
   */
  settled(timeoutMs?: number): Promise<APIMessage>;
  /** All text of the settled answer: content, embeds, and text components, joined by newlines. */
  text(timeoutMs?: number): Promise<string>;
}

// --- faults --------------------------------------------------------------------------------------------------

export interface Faults {
  /** The next `times` requests whose `METHOD /path` matches get this answer instead. */
  failRoute(match: {
    method?: string;
    path: RegExp;
    status: number;
    times?: number;
    body?: unknown;
    retryAfterS?: number;
    /** The request takes effect, only its answer is lost: the caller can't know. */
    performed?: boolean;
  }): void;
  /** Delays matching requests. */
  slowRoute(match: { path: RegExp; delayMs: number; times?: number }): void;
  gatewayDrop(botId: string): void;
  /** op 7 */
  gatewayReconnect(botId: string): void;
  /** op 9 */
  gatewayInvalidSession(botId: string, resumable: boolean): void;
  /** New VOICE_SERVER_UPDATE for the bot in this guild: `null` endpoint, or a fresh place. */
  voiceServerUpdate(guildId: string, botId: string, endpoint: 'null' | 'fresh'): void;
  kickFromVoice(guildId: string, userId: string, code?: number): void;
  moveInVoice(guildId: string, userId: string, channelId: string): void;
  suppress(guildId: string, userId: string, suppressed: boolean): void;
  /** A moderator's action; Discord reports it by the voice state. */
  moderate(guildId: string, userId: string, change: { mute?: boolean; deaf?: boolean }): void;
  /** Somebody invites the bot, or invites it again after it left. */
  inviteBot(guildId: string, botId: string, permissions: bigint): void;
  /** Its people change their application. */
  setApplication(botId: string, application: ApplicationSeed): void;
  /** Rights change at run time. */
  setOverwrite(channelId: string, overwrite: { id: string; type: 0 | 1; allow: bigint; deny: bigint }): void;
  setMemberRoles(guildId: string, userId: string, roleIds: string[]): void;
  readonly voice: VoiceFaults;
}
