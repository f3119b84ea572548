import { defineErrors } from '#core/errors.ts';

export const homeErrors = defineErrors({
  ACCESS_HOME_CONFIGURED: {
    kind: 'user',
    message: () =>
      'The home servers of this hub are set in its configuration, so they can’t be changed here.',
    next: () => 'Change discord.guildIds (GUILDMESH_DISCORD_GUILD_IDS) and start the hub again.',
  },
  ACCESS_HOME_NOT_HOME: {
    kind: 'user',
    message: (_: { guildId: string }) => 'That server is no home server of this hub.',
    next: () => 'Run /access home list to see those that are.',
  },
  ACCESS_HOME_NOT_JOINED: {
    kind: 'user',
    message: (_: { guildId: string }) => 'The bot is not in that server.',
    next: () => 'Invite the bot there, then run /access home add in that server.',
  },
  ACCESS_HOME_UNCONFIRMED: {
    kind: 'user',
    message: (_: { guildIds: readonly string[] }) =>
      'Managers of a home server may start and stop the node, and trust and forget communities, for all home servers.',
    next: () => 'Run /access home add and press Confirm.',
  },
});
