import { defineErrors } from '#core/errors.ts';

/** Errors that keep a live channel from being broadcast. */
export const captureErrors = defineErrors({
  CAPTURE_NOT_A_MEMBER: {
    kind: 'user',
    message: () => 'Only a person of the server can speak for their own voice.',
    next: () => 'Say so yourself in the server: /consent give, or /consent withdraw.',
  },
  CAPTURE_CHANNEL_UNKNOWN: {
    kind: 'user',
    message: (_: { channelId: string }) =>
      'That is not a voice or stage channel of this server that the bot can know of.',
    next: () => 'Choose a voice or stage channel; if it is private, give the bot View Channel there.',
  },
  CAPTURE_CHANNEL_HIDDEN: {
    kind: 'user',
    message: (d: { channelId: string }) => `The bot can’t see <#${d.channelId}>.`,
    next: () =>
      'In Discord open Edit Channel → Permissions of that channel, choose the bot’s role and allow View Channel, Connect and Send Messages.',
  },
  CAPTURE_PERMISSION_MISSING: {
    kind: 'user',
    message: (d: { channel: string; missing: string[] }) =>
      `The bot lacks ${d.missing.join(' and ')} in “${d.channel}”.`,
    next: (d: { channel: string; missing: string[] }) =>
      `In Discord open Edit Channel → Permissions of “${d.channel}”, choose the bot’s role and allow ${d.missing.join(', ')}.`,
  },
  CAPTURE_NOTICE_FAILED: {
    kind: 'user',
    message: (d: { channel: string }) =>
      `The notice that “${d.channel}” is being broadcast could not be shown there, so it is not.`,
    next: (d: { channel: string }) =>
      `Give the bot Send Messages in the chat of “${d.channel}”, then start again.`,
  },
  CAPTURE_ELSEWHERE: {
    kind: 'user',
    message: (d: { channel: string }) =>
      `The bot can’t hear “${d.channel}”: it is in another channel of this server, and can be in one only.`,
    next: () => 'Stop the relay in the other channel, or relay into the same channel.',
  },
  CAPTURE_OFF: {
    kind: 'user',
    message: () => 'Live channels of this server are not broadcast: its managers have switched that off.',
    next: () => 'A manager allows it with /consent rule.',
  },
});
