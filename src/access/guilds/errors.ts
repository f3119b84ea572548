import { defineErrors } from '#core/errors.ts';

export const guildErrors = defineErrors({
  GUILD_CARD_CLOSED: {
    kind: 'user',
    message: (_: { channelId: string }) => 'The bot can’t write in that channel, so no card was posted.',
    next: () =>
      'Give it View Channel and Send Messages there (in a voice channel Connect, too), or choose another channel.',
  },
});
