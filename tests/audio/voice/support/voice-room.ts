import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Violation } from '@guildmesh/local-discord/contract';
import { loadOrCreateCertificate } from '@guildmesh/local-discord/voice/certificate';
import type { VoiceServer } from '@guildmesh/local-discord/voice/contract';
import { createDaveyMember } from '@guildmesh/local-discord/voice/dave/davey-member';
import { createVoiceServer } from '@guildmesh/local-discord/voice/voice-server';
import type { GatewayVoiceState, GatewayVoiceStateUpdateData } from 'discord-api-types/v10';
import type { DelayRange } from '#audio/jitter/profiles.ts';
import { launchVoiceWorker } from '#audio/voice/launch-worker.ts';
import { createVoiceEngine } from '#audio/voice/voice-engine.ts';
import type { VoiceEngine } from '#audio/voice-contract.ts';
import type { GuildDirectory, VoiceGateway, VoiceGatewayListener } from '#contracts/discord.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';

export const botId = '900000000000000001';
export const guildA = '100000000000000001';
export const guildB = '100000000000000002';
export const lounge = '200000000000000001';
export const den = '200000000000000002';
export const stage = '200000000000000003';
export const otherLounge = '200000000000000004';

export interface LogLine {
  level: string;
  fields: Record<string, unknown>;
  text: string;
}

interface Seat {
  guildId: string;
  listener: VoiceGatewayListener;
  channelId: string | null;
  sessionId: string;
  moderated?: { mute?: boolean; deaf?: boolean };
  self: { self_mute: boolean; self_deaf: boolean };
}

export interface VoiceRoomInit {
  secureTimeoutMs?: number;
  joinTimeoutMs?: number;
  rejoinsMax?: number;
  /** Listeners know of end-to-end encryption, and never offer a key. */
  listenersIgnoreGroup?: boolean;
}

/** The voice server of the playground, a main gateway of three functions, and a voice engine between them. */
export class VoiceRoom implements VoiceGateway, GuildDirectory {
  readonly server: VoiceServer;
  readonly engine: VoiceEngine & Startable;
  readonly violations: Violation[];
  readonly log: LogLine[] = [];
  /** Op 4 as the gateway got it. */
  readonly requests: GatewayVoiceStateUpdateData[] = [];
  /** What the gateway answers op 4 with. */
  answer: 'server' | 'nothing' | 'no-endpoint' | 'dead-endpoint' = 'server';
  readonly #seats = new Map<string, Seat>();
  readonly #directory: string;
  #sessionCount = 0;

  static async open({ listenersIgnoreGroup, ...init }: VoiceRoomInit = {}) {
    const directory = await mkdtemp(join(tmpdir(), 'guildmesh-voice-'));
    const certificate = await loadOrCreateCertificate(directory);
    const violations: Violation[] = [];
    const server = createVoiceServer({
      certificate,
      onViolation: (violation: Violation) => void violations.push(violation),
      ...(listenersIgnoreGroup && {
        createMember: (seat) => createDaveyMember({ ...seat, inbox: ignoringInbox }),
      }),
    });
    await server.start();
    return new VoiceRoom(directory, server, violations, certificate.certPem, {
      delay: { startMs: 400, floorMs: 400, ceilingMs: 2_000 },
      joinTimeoutMs: 5_000,
      secureTimeoutMs: 5_000,
      rejoinsMax: 4,
      ...init,
    });
  }

  private constructor(
    directory: string,
    server: VoiceServer,
    violations: Violation[],
    certPem: string,
    init: { delay: DelayRange; joinTimeoutMs: number; secureTimeoutMs: number; rejoinsMax: number },
  ) {
    this.#directory = directory;
    this.server = server;
    this.violations = violations;
    // A hub is started with NODE_EXTRA_CA_CERTS; this process runs already, so its worker gets the certificate in
    // another way.
    const trust = `import tls from 'node:tls';
      tls.setDefaultCACertificates([...tls.getCACertificates('default'), ${JSON.stringify(certPem)}]);`;
    const execArgv = [`--import=data:text/javascript,${encodeURIComponent(trust)}`];
    this.engine = createVoiceEngine(
      {
        gateway: this,
        guilds: this,
        clock: systemClock(),
        chance: systemChance(),
        logger: this.#logger(),
        launchWorker: (data) => launchVoiceWorker(data, { execArgv }),
      },
      init,
    );
  }

  async close(): Promise<void> {
    await this.engine.stop?.();
    await this.server.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  // --- the main gateway ---

  attach(guildId: string, listener: VoiceGatewayListener) {
    const seat: Seat = {
      guildId,
      listener,
      channelId: null,
      sessionId: '',
      self: { self_mute: false, self_deaf: true },
    };
    this.#seats.set(guildId, seat);
    return {
      send: (payload: GatewayVoiceStateUpdateData) => {
        this.requests.push(payload);
        setTimeout(() => this.#onRequest(seat, payload), 5);
        return true;
      },
      detach: () => {
        if (this.#seats.get(guildId) === seat) this.#seats.delete(guildId);
      },
    };
  }

  get attachedCount(): number {
    return this.#seats.size;
  }

  joinRequestCount(): number {
    return this.requests.filter((request) => request.channel_id !== null).length;
  }

  freshServer(guildId: string): void {
    const seat = this.#seat(guildId);
    const { channelId, sessionId } = seat;
    if (channelId === null) return;
    const daveVersion = channelId === stage ? 0 : 1;
    const hears = !this.#seat(guildId).self.self_deaf;
    const { token } = this.server.open({ guildId, channelId, userId: botId, sessionId, daveVersion, hears });
    const endpoint = this.answer === 'dead-endpoint' ? '127.0.0.1:9' : this.server.endpoint;
    seat.listener.voiceServer({ guild_id: guildId, token, endpoint });
  }

  noServer(guildId: string): void {
    this.#seat(guildId).listener.voiceServer({ guild_id: guildId, token: '', endpoint: null });
  }

  kick(guildId: string, code = 4014): void {
    const seat = this.#seat(guildId);
    seat.channelId = null;
    this.#tellState(seat);
    this.server.close(seat.sessionId, code);
  }

  move(guildId: string, channelId: string): void {
    this.#enter(this.#seat(guildId), channelId);
  }

  /** The main session ended for good: Discord takes the bot out of voice and says so by 4014 alone. */
  loseGateway(guildId: string): void {
    const seat = this.#seat(guildId);
    seat.listener.gatewayLost();
    seat.channelId = null;
    this.server.close(seat.sessionId, 4014);
  }

  dropGateway(guildId: string): void {
    this.#seat(guildId).listener.gatewayLost();
  }

  resumeGateway(guildId: string): void {
    this.#seat(guildId).listener.gatewayResumed?.();
  }

  /** A moderator mutes or deafens the bot, or takes that back. */
  hinder(guildId: string, change: Seat['moderated']): void {
    const seat = this.#seat(guildId);
    seat.moderated = { ...seat.moderated, ...change };
    this.#tellState(seat);
  }

  #onRequest(seat: Seat, { channel_id: channelId, self_deaf, self_mute }: GatewayVoiceStateUpdateData): void {
    const before = seat.self;
    seat.self = { self_deaf, self_mute };
    if (channelId !== null) {
      const changed = before.self_deaf !== self_deaf || before.self_mute !== self_mute;
      if (this.answer === 'nothing') return;
      if (changed && seat.channelId === channelId) {
        this.#tellState(seat);
        this.server.setHears(seat.sessionId, seat.guildId, !self_deaf);
      } else this.#enter(seat, channelId);
      return;
    }
    if (seat.channelId === null) return;
    seat.channelId = null;
    this.#tellState(seat);
    this.server.close(seat.sessionId, 4014);
  }

  #enter(seat: Seat, channelId: string): void {
    if (seat.channelId === null) seat.sessionId = `session-${++this.#sessionCount}`;
    if (seat.channelId !== null && seat.channelId !== channelId) this.server.close(seat.sessionId, 4014);
    seat.channelId = channelId;
    this.#tellState(seat);
    if (this.answer === 'no-endpoint') this.noServer(seat.guildId);
    else this.freshServer(seat.guildId);
  }

  #tellState(seat: Seat): void {
    seat.listener.voiceState({
      guild_id: seat.guildId,
      channel_id: seat.channelId,
      user_id: botId,
      session_id: seat.sessionId,
      deaf: false,
      mute: false,
      ...seat.self,
      self_video: false,
      suppress: false,
      request_to_speak_timestamp: null,
      ...seat.moderated,
    } as GatewayVoiceState);
  }

  #seat(guildId: string): Seat {
    const seat = this.#seats.get(guildId);
    if (!seat) throw new Error(`nobody is attached to guild ${guildId}`);
    return seat;
  }

  // --- the guild directory ---

  guilds() {
    return [];
  }

  mayJoin(): boolean {
    return true;
  }

  connected(): boolean {
    return true;
  }

  botUserId(): string {
    return botId;
  }

  voiceChannels(): [] {
    return [];
  }

  voiceChannel(guildId: string, channelId: string) {
    return {
      id: channelId,
      guildId,
      guildName: 'Guild',
      name: 'channel',
      kind: channelId === stage ? ('stage' as const) : ('voice' as const),
      userLimit: 0,
      memberCount: 0,
      permissions: {
        view: true,
        connect: true,
        speak: true,
        moveMembers: false,
        muteMembers: false,
        requestToSpeak: true,
      },
      botInside: false,
      botSuppressed: false,
    };
  }

  #logger(): Logger {
    const at =
      (level: string) =>
      (...args: unknown[]) =>
        void this.log.push({ level, fields: args[0] as Record<string, unknown>, text: String(args[1]) });
    const logger = {
      trace: at('trace'),
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      fatal: at('fatal'),
      child: () => logger,
    };
    return logger as unknown as Logger;
  }
}

const ignoringInbox: Parameters<typeof createDaveyMember>[0]['inbox'] = {
  keyPackage: () => {},
  commitWelcome: () => {},
  transitionReady: () => {},
  invalidCommitWelcome: () => {},
};
