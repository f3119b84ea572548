import { type Client, Events, type VoiceState } from 'discord.js';
import type { GatewayDispatchPayload } from 'discord-api-types/v10';
import type { VoiceListener, VoicePresence } from '#contracts/discord.ts';

/** Bots remembered; beyond that one counts as a listener, which keeps a relay playing longer than needed. */
export const knownBotsMax = 10_000;

/**
 * Counts people in voice channels. Members aren't cached, so bots are recognised from payloads that carry the member:
 * every voice state update, and at start the guild itself.
 */
export class ClientVoicePresence implements VoicePresence {
  readonly #client: Client;
  readonly #botIds = new Set<string>();

  constructor(components: { client: Client }) {
    this.#client = components.client;
    components.client.on(Events.Raw, (packet: GatewayDispatchPayload) => this.#learn(packet));
  }

  listenerCount(guildId: string, channelId: string): number {
    return this.#statesIn(guildId, channelId).length;
  }

  listeners(guildId: string, channelId: string): VoiceListener[] {
    return this.#statesIn(guildId, channelId).map(({ id, deaf }) => ({
      userId: id,
      deafened: deaf === true,
    }));
  }

  onChange(listener: (guildId: string) => void): () => void {
    const onState = (_: unknown, { guild }: { guild: { id: string } }) => listener(guild.id);
    const onGuild = ({ id }: { id: string }) => listener(id);
    this.#client.on(Events.VoiceStateUpdate, onState);
    this.#client.on(Events.GuildAvailable, onGuild);
    return () => {
      this.#client.off(Events.VoiceStateUpdate, onState);
      this.#client.off(Events.GuildAvailable, onGuild);
    };
  }

  #statesIn(guildId: string, channelId: string): VoiceState[] {
    const states = this.#client.guilds.cache.get(guildId)?.voiceStates.cache;
    const ownId = this.#client.user?.id;
    const found = states?.filter(
      (state) => state.channelId === channelId && state.id !== ownId && !this.#botIds.has(state.id),
    );
    return [...(found?.values() ?? [])];
  }

  #learn(packet: GatewayDispatchPayload): void {
    if (packet.t === 'VOICE_STATE_UPDATE' && packet.d.member) this.#note(packet.d.member.user);
    if (packet.t === 'GUILD_CREATE' && 'members' in packet.d)
      for (const { user } of packet.d.members) this.#note(user);
  }

  #note(user: { id: string; bot?: boolean } | undefined): void {
    if (user?.bot && this.#botIds.size < knownBotsMax) this.#botIds.add(user.id);
  }
}
