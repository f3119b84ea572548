import { defineErrors } from '#core/errors.ts';

export const alertErrors = defineErrors({
  ALERTS_CHANNEL_CLOSED: {
    kind: 'user',
    message: () => 'The bot can’t write in this channel, so no alert could be read here.',
    next: () =>
      'Give it View Channel and Send Messages here (in a voice channel Connect, too), or choose another channel.',
  },
  ALERTS_NO_CHANNEL: {
    kind: 'user',
    message: () => 'A channel has to be named: from here it can’t be told which one you are in.',
    next: () => 'Type /alerts here in the channel, or give channelId.',
  },
  ALERTS_NOWHERE: {
    kind: 'user',
    message: () =>
      'There is no channel of this server in which the bot could say that something needs a person.',
    next: () => 'Type /alerts here in a channel where it has View Channel and Send Messages.',
  },
  ALERTS_UNKNOWN: {
    kind: 'user',
    message: () => 'There is no such alert here any more.',
    next: () => 'What needs a person is in /deliveries list.',
  },
});
