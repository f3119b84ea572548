import { defineErrors } from '../errors.ts';

/** What Discord's own client tells a person before or instead of asking the bot. */
export const playgroundErrors = defineErrors({
  PLAYGROUND_INTERACTION_FAILED: {
    kind: 'remote',
    message: (d: { bot: string; windowMs: number }) =>
      `The application did not respond: ${d.bot} stayed silent for ${d.windowMs} ms.`,
    next: () => 'Look at the log of the bot; an interaction must be answered or deferred within 3 seconds.',
  },
  PLAYGROUND_ANSWER_UNSETTLED: {
    kind: 'remote',
    message: (d: { bot: string; timeoutMs: number }) =>
      `${d.bot} is still thinking: its deferred answer was not edited within ${d.timeoutMs} ms.`,
    next: () => 'Wait longer, or look at the log of the bot.',
  },
  PLAYGROUND_ANSWER_GONE: {
    kind: 'remote',
    message: (d: { bot: string }) => `${d.bot} left no message as an answer to this interaction.`,
    next: () => 'Look at the log of the bot; it answered without a message, or deleted it.',
  },
  PLAYGROUND_BOT_OFFLINE: {
    kind: 'remote',
    message: (d: { bot: string }) => `The application did not respond: ${d.bot} is not connected.`,
    next: () => 'Start the bot and wait until it is online.',
  },
  PLAYGROUND_NOT_A_MEMBER: {
    kind: 'user',
    message: (d: { userId: string; guildId: string }) =>
      `User ${d.userId} is not a member of guild ${d.guildId}.`,
    next: () => 'Choose a member of this guild.',
  },
  PLAYGROUND_COMMAND_UNKNOWN: {
    kind: 'user',
    message: (d: { typed: string; known: string[] }) => `There is no command for "${d.typed}" here.`,
    next: (d) =>
      d.known.length > 0
        ? `Try one of: ${d.known.join(', ')}.`
        : 'No bot offers you a command in this guild.',
  },
  PLAYGROUND_OPTION_UNKNOWN: {
    kind: 'user',
    message: (d: { option: string; command: string; known: string[] }) =>
      `/${d.command} has no option "${d.option}".`,
    next: (d) => (d.known.length > 0 ? `Its options are: ${d.known.join(', ')}.` : 'It takes no options.'),
  },
  PLAYGROUND_OPTION_MISSING: {
    kind: 'user',
    message: (d: { option: string; command: string }) => `/${d.command} needs the option "${d.option}".`,
    next: (d) => `Add ${d.option}:value.`,
  },
  PLAYGROUND_OPTION_INVALID: {
    kind: 'user',
    message: (d: { option: string; value: string; expected: string }) =>
      `"${d.value}" does not fit the option "${d.option}".`,
    next: (d) => `Give ${d.expected}.`,
  },
  PLAYGROUND_COMPONENT_UNUSABLE: {
    kind: 'user',
    message: (d: { customId: string; reason: string }) =>
      `The component "${d.customId}" cannot be used: ${d.reason}.`,
    next: () => 'Use a component that the message shows and that is not disabled.',
  },
  PLAYGROUND_MODAL_INVALID: {
    kind: 'user',
    message: (d: { reason: string }) => `The form cannot be sent: ${d.reason}.`,
    next: () => 'Fill in the fields as the form asks.',
  },
  PLAYGROUND_FORBIDDEN: {
    kind: 'user',
    message: (d: { channelId: string; missing: string }) =>
      `You lack ${d.missing} in channel ${d.channelId}.`,
    next: () => 'Choose another channel, or have your roles changed.',
  },
  PLAYGROUND_PORT_TAKEN: {
    kind: 'operator',
    message: (d: { port: number }) => `Port ${d.port} of 127.0.0.1 is taken by another program.`,
    next: () => 'Stop that program, or choose another port; 0 takes a free one.',
  },
  PLAYGROUND_CHANNEL_FULL: {
    kind: 'user',
    message: (d: { channelId: string; userLimit: number }) =>
      `Voice channel ${d.channelId} is full (${d.userLimit} people).`,
    next: () => 'Wait until somebody leaves, or choose another channel.',
  },
});
