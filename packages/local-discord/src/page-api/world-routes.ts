import type { FastifyInstance } from 'fastify';
import type { GuildView, Playground } from '../contract.ts';
import { pageErrors } from './errors.ts';
import { type GuildState, type MessagesState, messagesShownMax, type WorldState } from './protocol.ts';

/** Reading: none of these has an effect. */
export function addWorldRoutes(api: FastifyInstance, playground: Playground): void {
  const { world } = playground;

  const guildState = (guild: GuildView): GuildState => ({
    ...guild,
    commands: world.commands(guild.id),
    voiceStates: world.voiceStates(guild.id),
    heard: world.heard(guild.id),
  });

  api.get('/world', (): WorldState => ({ guilds: world.guilds().map(guildState) }));

  api.get<{ Params: { guildId: string } }>('/guilds/:guildId', (request): GuildState => {
    const { guildId } = request.params;
    const guild = world.guild(guildId);
    if (!guild) throw pageErrors.PAGE_GUILD_UNKNOWN({ guildId });
    return guildState(guild);
  });

  api.get<{ Params: { channelId: string }; Querystring: { viewer?: string } }>(
    '/channels/:channelId/messages',
    (request): MessagesState => {
      const { channelId } = request.params;
      const known = world.guilds().some(({ channels }) => channels.some(({ id }) => id === channelId));
      if (!known) throw pageErrors.PAGE_CHANNEL_UNKNOWN({ channelId });
      return { messages: world.messages(channelId, request.query.viewer).slice(-messagesShownMax) };
    },
  );
}
