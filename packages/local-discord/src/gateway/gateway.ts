/** The gateway's sessions: which bots are connected, and which events each gets. */
import { randomBytes } from 'node:crypto';
import {
  type APIChannel,
  GatewayCloseCodes,
  GatewayDispatchEvents,
  GatewayIntentBits,
  GatewayOpcodes,
} from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import type { PlaygroundEvent } from '../contract.ts';
import type { Timing } from '../timing.ts';
import { channelPermissions } from '../world/permissions.ts';
import type { BotRecord, ChannelRecord, GuildRecord } from '../world/records.ts';
import { channelView, guildCreateView, isThread } from '../world/views.ts';
import { mayView, obfuscatedView } from '../world/visibility.ts';
import type { World } from '../world/world.ts';
import { type Dispatch, intentsAdmit, shardOf } from './dispatch.ts';
import { Session } from './session.ts';

export interface GatewayComponents {
  world: World;
  timing: Timing;
  emit: (event: PlaygroundEvent) => void;
}

export class Gateway {
  readonly #components: GatewayComponents;
  readonly #url: () => string;
  readonly #onSessionEnd: (botId: string) => void;
  readonly #sessions = new Map<string, Session>();

  /** `onSessionEnd`: a bot's last session is over, so it left everything. */
  constructor(
    components: GatewayComponents,
    init: { url: () => string; onSessionEnd: (botId: string) => void },
  ) {
    this.#components = components;
    this.#url = init.url;
    this.#onSessionEnd = init.onSessionEnd;
  }

  get url(): string {
    return this.#url();
  }

  isOnline(botId: string): boolean {
    return this.sessionsOf(botId).some((session) => session.socket !== undefined);
  }

  sessionsOf(botId: string): Session[] {
    return [...this.#sessions.values()].filter((session) => session.bot.id === botId);
  }

  /**
   * The session that gets a guild's events: the newest connected one, since one left by a crash waits for its resume.
   */
  sessionFor(botId: string, guildId: string): Session | undefined {
    const told = this.sessionsOf(botId).filter(({ shard: [id, count] }) => shardOf(guildId, count) === id);
    return told.findLast((session) => session.socket !== undefined) ?? told.at(-1);
  }

  identify(bot: BotRecord, intents: number, shard: readonly [number, number], socket: WebSocket): Session {
    const session = new Session({ id: randomBytes(16).toString('hex'), bot, intents, shard, socket });
    this.#sessions.set(session.id, session);
    const guilds = this.#guildsOf(session);
    session.dispatch(GatewayDispatchEvents.Ready, {
      v: 10,
      user: { ...bot.user, verified: true, mfa_enabled: true, email: null },
      guilds: guilds.map((guild) => ({ id: guild.id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: this.#url(),
      shard,
      application: { id: bot.id, flags: 0 },
    });
    if (intents & GatewayIntentBits.Guilds) for (const guild of guilds) this.#announceGuild(session, guild);
    this.#presence(bot.id, true);
    return session;
  }

  /** Undefined: the client must identify again. */
  resume(sessionId: string, token: string, sequence: number, socket: WebSocket): Session | undefined {
    const session = this.#sessions.get(sessionId);
    if (!session || session.bot.token !== token || !session.canReplayAfter(sequence)) return undefined;
    clearTimeout(session.expiry);
    session.socket?.close(GatewayCloseCodes.UnknownError);
    session.socket = socket;
    session.replayAfter(sequence);
    session.dispatch(GatewayDispatchEvents.Resumed, {});
    this.#presence(session.bot.id, true);
    return session;
  }

  dispatch(dispatch: Dispatch): void {
    const { world } = this.#components;
    const guild = world.guilds.get(dispatch.guildId);
    for (const session of this.#sessions.values()) {
      const { bot, intents, shard } = session;
      if (dispatch.botId !== undefined && dispatch.botId !== bot.id) continue;
      if (!guild?.botIds.has(bot.id) || shardOf(guild.id, shard[1]) !== shard[0]) continue;
      if (!intentsAdmit(dispatch, { botId: bot.id, intents })) continue;
      if (dispatch.channelId !== undefined && !mayRead(guild, bot.id, dispatch.channelId)) continue;
      const seesContent = (intents & GatewayIntentBits.MessageContent) !== 0;
      const shown = dispatch.channel && channelFor(session, guild, dispatch.channel);
      session.dispatch(dispatch.t, shown ?? dispatch.adapt?.(bot.id, seesContent) ?? dispatch.d);
      showRegained(session, guild);
    }
  }

  /** The socket is gone; the session waits for a resume unless the client said goodbye. */
  detach(session: Session, socket: WebSocket, goodbye: boolean): void {
    if (session.socket !== socket) return;
    session.socket = undefined;
    if (!this.isOnline(session.bot.id)) this.#presence(session.bot.id, false);
    if (goodbye) {
      this.end(session);
      return;
    }
    session.expiry = setTimeout(() => this.end(session), this.#components.timing.resumeWindowMs).unref();
  }

  end(session: Session): void {
    clearTimeout(session.expiry);
    if (!this.#sessions.delete(session.id)) return;
    if (this.sessionsOf(session.bot.id).length === 0) this.#onSessionEnd(session.bot.id);
  }

  /** A bot joined a guild. */
  joined(botId: string, guild: GuildRecord): void {
    const session = this.sessionFor(botId, guild.id);
    if (session && session.intents & GatewayIntentBits.Guilds) this.#announceGuild(session, guild);
    if (this.isOnline(botId)) this.#presence(botId, true);
  }

  stop(): void {
    for (const session of this.#sessions.values()) {
      clearTimeout(session.expiry);
      session.socket?.terminate();
    }
    this.#sessions.clear();
  }

  /** Terminates the sockets, as a network failure would. */
  drop(botId: string): void {
    for (const session of this.sessionsOf(botId)) session.socket?.terminate();
  }

  askToReconnect(botId: string): void {
    for (const { socket } of this.sessionsOf(botId)) sendOp(socket, GatewayOpcodes.Reconnect, null);
  }

  invalidate(botId: string, resumable: boolean): void {
    for (const session of this.sessionsOf(botId)) {
      const { socket } = session;
      if (!resumable) this.end(session);
      sendOp(socket, GatewayOpcodes.InvalidSession, resumable);
    }
  }

  #guildsOf(session: Session): GuildRecord[] {
    const [id, count] = session.shard;
    return this.#components.world.guildsOf(session.bot.id).filter((guild) => shardOf(guild.id, count) === id);
  }

  #announceGuild(session: Session, guild: GuildRecord): void {
    const viewer = {
      botId: session.bot.id,
      allMembers: (session.intents & GatewayIntentBits.GuildMembers) !== 0,
      voiceStates: (session.intents & GatewayIntentBits.GuildVoiceStates) !== 0,
      channelView: (channel: ChannelRecord) => channelFor(session, guild, channel),
    };
    session.dispatch(
      GatewayDispatchEvents.GuildCreate,
      guildCreateView(this.#components.world, guild, viewer),
    );
  }

  #presence(botId: string, online: boolean): void {
    for (const { id: guildId } of this.#components.world.guildsOf(botId)) {
      this.#components.emit({ type: 'presence', guildId, botId, online });
    }
  }
}

export function sendOp(socket: WebSocket | undefined, op: GatewayOpcodes, d: unknown): void {
  socket?.send(JSON.stringify({ op, d, s: null, t: null }));
}

/** Undefined for a thread of a channel that the bot may not view: it gets no event about it. */
function channelFor(session: Session, guild: GuildRecord, channel: ChannelRecord): APIChannel | undefined {
  const visible = mayView(guild, session.bot.id, channel);
  if (isThread(channel)) return visible ? channelView(channel) : undefined;
  if (visible) session.hiddenChannels.delete(channel.id);
  else session.hiddenChannels.add(channel.id);
  return visible ? channelView(channel) : obfuscatedView(channel);
}

/** A channel that can be viewed again is sent in full, whatever the cause. */
function showRegained(session: Session, guild: GuildRecord): void {
  for (const id of session.hiddenChannels) {
    const channel = guild.channels.get(id);
    if (!channel) session.hiddenChannels.delete(id);
    if (!channel || !mayView(guild, session.bot.id, channel)) continue;
    session.dispatch(GatewayDispatchEvents.ChannelUpdate, channelFor(session, guild, channel));
  }
}

function mayRead(guild: GuildRecord, botId: string, channelId: string): boolean {
  const channel = guild.channels.get(channelId);
  // A deleted channel: it could be viewed a moment ago.
  return !channel || channelPermissions(guild, botId, channel) !== 0n;
}
