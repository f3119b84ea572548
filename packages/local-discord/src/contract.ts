/**
 * What the parts of the playground may rely on from one another, and what tests, hosts and the page use.
 * The playground is Discord, not us: nothing here knows a bot.
 *
 * Wire payloads are those of `discord-api-types`; ids are snowflakes in decimal.
 */
import type {
  APIApplicationCommand,
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

/** Whose the bot's application is. */
export interface ApplicationSeed {
  /** Its owner, or the team's. */
  ownerId: string;
  team?: {
    id: string;
    name: string;
    /** The owner among them. `role` is of all but the owner. */
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
  /** `@everyone` is made by itself, with Discord's default permissions unless given here as role id = guild id. */
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
  /** Of a forum. */
  tags?: { id: string; name: string; moderated: boolean }[];
  /** Of a forum: a post needs one of its tags. */
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
  commands(guildId: string): APIApplicationCommand[];
  voiceStates(guildId: string): APIVoiceState[];
  /** The line below a voice channel's name; empty without one. */
  voiceStatus(guildId: string, channelId: string): string;
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
   * Runs a slash command as typed: `/play song:abc channel:#Lounge`. Option values may be quoted;
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
  message?: APIMessage;
  ephemeral: boolean;
  modal?: APIModalInteractionResponseCallbackData;
  /** After a deferral the first edited reply; a bot that shows meanwhile what it does edits again. Rejects after `timeoutMs` (default 15 s). */
  settled(timeoutMs?: number): Promise<APIMessage>;
  /** All text of the settled answer: content, embeds, and text components, joined by newlines. */
  text(timeoutMs?: number): Promise<string>;
}

// --- voice -------------------------------------------------------------------------------------------------

/** One RTP packet as a listener in the channel got it. */
export interface HeardFrame {
  speakerId: string;
  rtpSequence: number;
  rtpTimestamp: number;
  /** Wall clock, milliseconds with a fraction, when the datagram arrived. */
  arrivedAtMs: number;
  /** Opus after transport and E2EE decryption. */
  payload: Uint8Array;
  /** It left the speaker end-to-end encrypted. False in stages, and for the silence frames of DAVE channels. */
  e2ee: boolean;
  /** The three bytes F8 FF FE. */
  silence: boolean;
}

export interface ListenerStats {
  framesHeard: number;
  silenceFrames: number;
  /** Not silence, in a DAVE channel, without E2EE. */
  framesPlain: number;
  /** Arrived while it was in the group, but it could not open them. */
  framesUndecryptable: number;
  /** RTP sequence numbers missing or repeated. */
  rtpGaps: number;
  rtpRepeats: number;
  /** Bad tag, nonce that did not rise, wrong header. */
  transportErrors: number;
}

export interface Listener {
  readonly userId: string;
  readonly channelId: string;
  readonly stats: Readonly<ListenerStats>;
  onFrame(listener: (frame: HeardFrame) => void): () => void;
  /**
   * Says one 20 ms Opus packet, end-to-end encrypted where the channel is; the caller keeps the pace. False when
   * nobody could have heard it: not yet in the group, muted, or audience of a stage.
   */
  speak(payload: Uint8Array): boolean;
  leave(): void;
}

export type VoiceMode = 'aead_aes256_gcm_rtpsize' | 'aead_xchacha20_poly1305_rtpsize';

/** The voice half. It knows channels and user ids, no guild rules: who may enter is decided before `open`. */
export interface VoiceServer {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** host:port for VOICE_SERVER_UPDATE. */
  readonly endpoint: string;
  /** A place for a bot's connection; the token goes into VOICE_SERVER_UPDATE. Replaces an earlier one of the same session. */
  open(place: VoicePlace): { token: string };
  /**
   * Ends a bot's voice websocket with a close code (4014 on kick or move away) and forgets its place.
   * Without `guildId`, in all guilds where this session has one.
   */
  close(sessionId: string, code: number, guildId?: string): void;
  /** Whether the others’ packets are sent to this session from now on. */
  setHears(sessionId: string, guildId: string, hears: boolean): void;
  /** Whether this session’s packets are sent to the others from now on. */
  setHeard(sessionId: string, guildId: string, heard: boolean): void;
  listen(channel: { channelId: string; daveVersion: 0 | 1 }, userId: string): Promise<Listener>;
  readonly faults: VoiceFaults;
}

export interface VoicePlace {
  guildId: string;
  channelId: string;
  userId: string;
  sessionId: string;
  daveVersion: 0 | 1;
  /** Whether the others’ packets are sent to it: not to who is deaf, which is the default. */
  hears?: boolean;
  /** Whether the others are sent its packets: not of who is muted or suppressed. Default true. */
  heard?: boolean;
}

// --- faults --------------------------------------------------------------------------------------------------

export interface VoiceFaults {
  /** Closes the voice websocket of a bot in a guild with any code, keeping its place. */
  closeVoice(guildId: string, userId: string, code: number): void;
  /** Encryption modes offered from now on. */
  modes: VoiceMode[];
  /** Fraction of UDP packets from bots dropped, and the delay of the rest, applied before the listeners. */
  udp: { loss: number; delayMs: number };
  /** Sends a proposal of an epoch that is not the current one. */
  wrongEpochProposal(guildId: string, userId: string): void;
  /** Damages the next commit or Welcome that bot gets: it must recover by opcode 31 and a new key package. */
  corruptCommit(guildId: string, userId: string): void;
  /** From now on this bot's connection gets no message of the encrypted group: its group goes stale, silently. */
  withholdGroup(guildId: string, userId: string): void;
  /** Number of voice websockets accepted so far: shows rejoin storms. */
  readonly connectionCount: number;
}

export interface Faults {
  /** The next `times` requests whose `METHOD /path` matches get this answer instead. */
  failRoute(match: {
    method?: string;
    path: RegExp;
    status: number;
    times?: number;
    body?: unknown;
    retryAfterS?: number;
    /** The request takes effect, only its answer is lost: what leaves a caller in doubt. */
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
  /** A moderator's doing; Discord tells of it by the voice state. */
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
