import { defineService } from '#contracts/service.ts';
import { createDiscord, type DiscordInit } from './discord.ts';

/** The Discord door, and everything that services know of Discord. */
export const discordService = defineService<{ discord: DiscordInit }>()({
  name: 'discord',
  needs: ['commands', 'hosting', 'arrivals', 'intents', 'cache', 'onFatal', 'clock', 'chance', 'logger'],
  late: ['perform', 'panelChanges', 'playerChanges'],
  offers: [
    'guilds',
    'members',
    'people',
    'names',
    'application',
    'announcer',
    'cards',
    'threads',
    'voiceGateway',
    'stage',
    'presence',
    'channelStatus',
  ],
  create({ cache: store, ...ports }, config, late) {
    const discord = createDiscord(
      {
        ...ports,
        store,
        perform: late.perform,
        panelChanges: [late.panelChanges, late.playerChanges].map((changes) => ({
          onChange: (listener) => changes().onChange(listener),
        })),
      },
      config.discord,
    );
    const { guilds, members, people, announcer, cards, threads } = discord;
    const { voiceGateway, stage, presence, channelStatus } = discord;
    return {
      ports: {
        guilds,
        members,
        people,
        names: (guildId) => discord.names(guildId),
        application: (signal) => discord.application(signal),
        announcer,
        cards,
        threads,
        voiceGateway,
        stage,
        presence,
        channelStatus,
      },
      parts: [discord],
      examiner: discord.examiner,
    };
  },
});
