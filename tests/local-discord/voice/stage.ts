import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import tls from 'node:tls';
import {
  type DiscordGatewayAdapterLibraryMethods,
  entersState,
  joinVoiceChannel,
  type VoiceConnection,
  VoiceConnectionStatus,
} from '@discordjs/voice';
import { GatewayOpcodes } from 'discord-api-types/v10';
import type { Violation } from '../../../packages/local-discord/src/contract.ts';
import { loadOrCreateCertificate } from '../../../packages/local-discord/src/voice/certificate.ts';
import type {
  HeardFrame,
  Listener,
  VoiceServer,
} from '../../../packages/local-discord/src/voice/contract.ts';
import {
  createVoiceServer,
  type VoiceServerInit,
} from '../../../packages/local-discord/src/voice/voice-server.ts';

export const guildId = '800000000000000001';
export const channelId = '900000000000000001';

export interface Stage {
  server: VoiceServer;
  violations: Violation[];
  lines: string[];
  bot(options?: BotOptions): TestBot;
  close(): Promise<void>;
}

export interface BotOptions {
  userId?: string;
  guildId?: string;
  channelId?: string;
  daveVersion?: 0 | 1;
  daveEncryption?: boolean;
  /** Not deaf: gets what others say. */
  hears?: boolean;
  /** Answers the library's join requests; false leaves it waiting. */
  answerJoins?: () => boolean;
}

/** A voice server and, around it, as much of the gateway as @discordjs/voice needs. */
export async function createStage(init: Partial<VoiceServerInit> = {}): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'voice-stage-'));
  const certificate = await loadOrCreateCertificate(directory);
  tls.setDefaultCACertificates([...tls.getCACertificates('bundled'), certificate.certPem]);
  const violations: Violation[] = [];
  const lines: string[] = [];
  const server = createVoiceServer({
    certificate,
    onViolation: (violation) => violations.push(violation),
    log: (line) => lines.push(line),
    ...init,
  });
  await server.start();
  const bots: TestBot[] = [];
  return {
    server,
    violations,
    lines,
    bot: (options = {}) => {
      const bot = new TestBot(server, options, bots.length);
      bots.push(bot);
      return bot;
    },
    close: async () => {
      for (const bot of bots) bot.destroy();
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
}

/** A bot that is nothing but a voice connection of the real library. */
export class TestBot {
  readonly userId: string;
  readonly guildId: string;
  readonly sessionId: string;
  readonly connection: VoiceConnection;
  readonly transitions: number[] = [];
  readonly debug: string[] = [];
  readonly errors: Error[] = [];
  joinCount = 0;
  channelId: string;
  readonly #server: VoiceServer;
  readonly #options: BotOptions;
  #methods: DiscordGatewayAdapterLibraryMethods | undefined;
  #sent = 0;

  constructor(server: VoiceServer, options: BotOptions, index: number) {
    this.#server = server;
    this.#options = options;
    this.userId = options.userId ?? String(100_000_000_000_000_001n + BigInt(index));
    this.guildId = options.guildId ?? guildId;
    this.channelId = options.channelId ?? channelId;
    this.sessionId = `session-of-${this.userId}`;
    this.connection = joinVoiceChannel({
      guildId: this.guildId,
      channelId: this.channelId,
      group: `bot-${this.userId}-${Math.random()}`,
      debug: true,
      daveEncryption: options.daveEncryption ?? true,
      selfDeaf: !options.hears,
      adapterCreator: (methods) => {
        this.#methods = methods;
        return { sendPayload: (payload) => this.#onPayload(payload), destroy: () => {} };
      },
    });
    this.connection.on('transitioned', (id) => this.transitions.push(id));
    this.connection.on('debug', (line) => this.debug.push(line));
    this.connection.on('error', (error) => this.errors.push(error));
  }

  /** Opens a place and gives the library both packets, in the order it needs. */
  invite(): void {
    if (this.connection.state.status === VoiceConnectionStatus.Destroyed) return;
    const { guildId, channelId, userId, sessionId } = this;
    const daveVersion = this.#options.daveVersion ?? 1;
    const { hears = false } = this.#options;
    const { token } = this.#server.open({ guildId, channelId, userId, sessionId, daveVersion, hears });
    this.#methods?.onVoiceStateUpdate({
      guild_id: guildId,
      channel_id: channelId,
      user_id: userId,
      session_id: sessionId,
      deaf: false,
      mute: false,
      self_deaf: false,
      self_mute: false,
      self_video: false,
      suppress: false,
      request_to_speak_timestamp: null,
    });
    this.#methods?.onVoiceServerUpdate({ token, guild_id: guildId, endpoint: this.#server.endpoint });
  }

  async ready(): Promise<this> {
    await entersState(this.connection, VoiceConnectionStatus.Ready, 10_000);
    return this;
  }

  /** The group exists and this bot encrypts for it. */
  async encrypting(): Promise<this> {
    await until('the bot encrypts', () => Boolean(this.connection.voicePrivacyCode));
    return this;
  }

  /** Sends one frame at once. */
  send(payload: Uint8Array): void {
    if (this.connection.playOpusPacket(Buffer.from(payload)) === undefined) throw new Error('not ready');
  }

  /** Sends distinct frames, paced so that no socket buffer overflows, and returns them. */
  async sendFrames(count: number): Promise<Buffer[]> {
    const frames: Buffer[] = [];
    for (let index = 0; index < count; index += 1) {
      const frame = frameNumber(this.userId, this.#sent);
      this.#sent += 1;
      this.send(frame);
      frames.push(frame);
      await pause(2);
    }
    return frames;
  }

  move(toChannelId: string): void {
    this.#server.close(this.sessionId, 4014, this.guildId);
    this.channelId = toChannelId;
    this.invite();
  }

  destroy(): void {
    if (this.connection.state.status !== VoiceConnectionStatus.Destroyed) this.connection.destroy();
    this.#server.close(this.sessionId, 1000, this.guildId);
  }

  #onPayload(payload: { op: number; d: { channel_id: string | null } }): boolean {
    if (payload.op !== GatewayOpcodes.VoiceStateUpdate || payload.d.channel_id === null) return true;
    this.joinCount += 1;
    if (this.#options.answerJoins?.() !== false) setImmediate(() => this.invite());
    return true;
  }
}

/** 60 bytes that no other frame of any bot has. */
export function frameNumber(userId: string, index: number): Buffer {
  return Buffer.from(`frame ${String(index).padStart(6, '0')} of ${userId} `.padEnd(60, '.'));
}

export function record(listener: Listener): HeardFrame[] {
  const frames: HeardFrame[] = [];
  listener.onFrame((frame) => frames.push({ ...frame, payload: Buffer.from(frame.payload) }));
  return frames;
}

/** Polls until `condition` holds; names what did not happen when it never does. */
export async function until(what: string, condition: () => boolean, timeoutMs = 10_000): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await pause(5);
  }
}

export function texts(frames: readonly { payload: Uint8Array }[] | readonly Uint8Array[]): string[] {
  return frames.map((frame) => Buffer.from('payload' in frame ? frame.payload : frame).toString('latin1'));
}
