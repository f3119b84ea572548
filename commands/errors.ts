import { defineErrors } from '#core/errors.ts';

/** What a command can see to be missing before any action is performed. Explained in docs/errors/discord.md. */
export const commandErrors = defineErrors({
  DISCORD_NO_VOICE_CHANNEL: {
    kind: 'user',
    message: () => 'You are in no voice channel and named none.',
    next: () => 'Join a voice channel first, or give the option “channel”.',
  },
  DISCORD_HELP_UNKNOWN: {
    kind: 'user',
    message: (d: { command: string }) => `There is no command called “${d.command}”.`,
    next: () => 'Run /help without an option for the list.',
  },
});
