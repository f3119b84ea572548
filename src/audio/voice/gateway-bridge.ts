import type { GuildDirectory, VoiceGateway, VoiceGatewayAttachment } from '#contracts/discord.ts';
import type { Clock } from '#core/clock.ts';
import type { VoiceJoin } from '../voice-contract.ts';
import type { ToWorker } from './protocol.ts';
import { VoiceStateQueue } from './voice-state-queue.ts';

export interface GatewayBridgeComponents {
  gateway: VoiceGateway;
  guilds: GuildDirectory;
  clock: Clock;
}

/** Messages about one guild, and so for the one worker that has it. */
type ToGuild = Extract<ToWorker, { guildId: string }>;

/** Connects the main gateway, which lives on this thread, with the voice connections in the worker. */
export class GatewayBridge {
  readonly #components: GatewayBridgeComponents;
  readonly #toWorker: (message: ToGuild) => void;
  readonly #attachments = new Map<string, VoiceGatewayAttachment>();
  readonly #queue: VoiceStateQueue;

  constructor(
    components: GatewayBridgeComponents,
    init: { sendsPerMinuteMax?: number | undefined },
    toWorker: (message: ToGuild) => void,
  ) {
    this.#components = components;
    this.#toWorker = toWorker;
    this.#queue = new VoiceStateQueue(components, init);
  }

  attach(guildId: string): void {
    if (this.#attachments.has(guildId)) return;
    const attachment = this.#components.gateway.attach(guildId, {
      voiceState: (state) => {
        const kind = state.channel_id === null ? 'voice' : this.kindOf(guildId, state.channel_id);
        this.#toWorker({ type: 'voice-state', guildId, state, kind });
      },
      voiceServer: (server) => this.#toWorker({ type: 'voice-server', guildId, server }),
      gatewayLost: () => this.#toWorker({ type: 'gateway-lost', guildId }),
      gatewayResumed: () => this.#toWorker({ type: 'gateway-resumed', guildId }),
    });
    this.#attachments.set(guildId, attachment);
  }

  /** Asks Discord for a channel, or for none; paced, so it may take a while to be sent. */
  request(
    guildId: string,
    channelId: string | null,
    as: { self_mute: boolean; self_deaf: boolean } = { self_mute: false, self_deaf: true },
  ): void {
    const { self_mute, self_deaf } = as;
    const payload = { guild_id: guildId, channel_id: channelId, self_mute, self_deaf };
    this.#queue.send(payload, (each) => {
      const taken = this.#attachments.get(guildId)?.send(each) ?? true;
      if (taken && channelId !== null) this.#toWorker({ type: 'asked', guildId, channelId });
      return taken;
    });
  }

  /** Resolves once everything requested so far has been sent. */
  sent(guildId: string): Promise<void> {
    return new Promise((resolve) => this.#queue.after(guildId, resolve));
  }

  /** Detaches the guild when the last request has been sent, unless it is wanted again by then. */
  detach(guildId: string, unless: () => boolean): void {
    if (!unless()) this.#queue.dropJoins(guildId);
    this.#queue.after(guildId, () => {
      if (!unless()) this.#release(guildId);
    });
  }

  /** A channel not known to be a stage is treated as encrypted: silence is the safe mistake. */
  kindOf(guildId: string, channelId: string): VoiceJoin['kind'] {
    return this.#components.guilds.voiceChannel(guildId, channelId)?.kind ?? 'voice';
  }

  stop(): void {
    this.#queue.stop();
    for (const guildId of [...this.#attachments.keys()]) this.#release(guildId);
  }

  #release(guildId: string): void {
    this.#attachments.get(guildId)?.detach();
    this.#attachments.delete(guildId);
  }
}
