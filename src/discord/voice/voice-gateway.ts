import { type Client, Events, Status } from 'discord.js';
import { GatewayOpcodes } from 'discord-api-types/v10';
import type { VoiceGateway, VoiceGatewayAttachment, VoiceGatewayListener } from '#contracts/discord.ts';

/** Passes a guild's voice events from the main gateway on, and voice payloads to it. */
export class ClientVoiceGateway implements VoiceGateway {
  readonly #client: Client;
  readonly #listeners = new Map<string, VoiceGatewayListener>();

  constructor(components: { client: Client }) {
    this.#client = components.client;
    // The library reports only the final loss to its adapters; a connection that will be resumed is lost too.
    components.client.on(Events.ShardReconnecting, (shardId) => this.#lost(shardId));
    components.client.on(Events.ShardDisconnect, (_, shardId) => this.#lost(shardId));
    components.client.on(Events.ShardResume, (shardId) => {
      for (const listener of this.#listenersOf(shardId)) listener.gatewayResumed?.();
    });
  }

  attach(guildId: string, listener: VoiceGatewayListener): VoiceGatewayAttachment {
    const methods: ReturnType<Client['voice']['adapters']['get']> & object = {
      onVoiceStateUpdate: (state) => listener.voiceState(state),
      onVoiceServerUpdate: (server) => listener.voiceServer(server),
      // #lost reports every kind of loss.
      destroy: () => undefined,
    };
    // The map behind `guild.voiceAdapterCreator`, used directly so that a currently unavailable guild can be attached.
    this.#client.voice.adapters.set(guildId, methods);
    this.#listeners.set(guildId, listener);
    return {
      send: (payload) => {
        const shard = this.#client.guilds.cache.get(guildId)?.shard;
        if (shard?.status !== Status.Ready) return false;
        shard.send({ op: GatewayOpcodes.VoiceStateUpdate, d: payload });
        return true;
      },
      detach: () => {
        // A later attachment of the same guild is not ours to remove.
        if (this.#listeners.get(guildId) !== listener) return;
        this.#listeners.delete(guildId);
        this.#client.voice.adapters.delete(guildId);
      },
    };
  }

  #lost(shardId: number): void {
    for (const listener of this.#listenersOf(shardId)) listener.gatewayLost();
  }

  #listenersOf(shardId: number): VoiceGatewayListener[] {
    return [...this.#listeners].flatMap(([guildId, listener]) => {
      const guild = this.#client.guilds.cache.get(guildId);
      return !guild || guild.shardId === shardId ? [listener] : [];
    });
  }
}
