import { defineErrors } from '#core/errors.ts';

/** What a command finds missing before any action is performed. Explained in docs/errors/discord.md. */
export const commandErrors = defineErrors({
  DISCORD_NO_VOICE_CHANNEL: {
    kind: 'user',
    message: () => 'Where should it play? You are in no voice channel and named none.',
    next: () => 'Choose the channel below, or join one first and run the command again.',
  },
  DISCORD_NOTHING_PLAYS: {
    kind: 'user',
    message: () => 'Nothing plays there, so there is nothing for a panel to follow.',
    next: () => 'When a publisher has started a relay with /relay start, open its panel.',
  },
  DISCORD_NO_PLAYER: {
    kind: 'user',
    message: () => 'Nothing plays here any more.',
    next: () => 'Say /play and what you would like to hear.',
  },
  DISCORD_NOTHING_TO_PLAY: {
    kind: 'user',
    message: () => 'There is nothing in it that can be played.',
    next: () => 'Give a title, a link or a sound file.',
  },
  DISCORD_ENTRY_GONE: {
    kind: 'user',
    message: () => 'This entry is in the queue no more.',
    next: () => 'Look at /queue for what comes next.',
  },
  DISCORD_HELP_UNKNOWN: {
    kind: 'user',
    message: (d: { command: string }) => `There is no command called “${d.command}”.`,
    next: () => 'Run /help without an option for the list.',
  },
  DISCORD_ZONE_MISSING: {
    kind: 'user',
    message: () => 'A time needs the zone it is meant in.',
    next: () =>
      'Give the option “zone” too, such as Europe/Berlin; a manager sets one for the whole server with /setup.',
  },
  DISCORD_TIME_UNREADABLE: {
    kind: 'user',
    message: (d: { text: string }) => `“${d.text}” is no date and time.`,
    next: () => 'Write it like in 2 h, tomorrow 9:00, fri 18:00, 24.12. 18:00 or 2026-12-24 18:00.',
  },
  DISCORD_TIME_TWO_WAYS: {
    kind: 'user',
    message: (d: { text: string; readings: readonly { text: string }[] }) =>
      `“${d.text}” can be read as ${d.readings.map(({ text }) => text).join(', or as ')}.`,
    next: () => 'Write the month as a word, such as 3 Apr, and the hour as 18:00 or 6pm.',
  },
  DISCORD_TIME_AND_CRON: {
    kind: 'user',
    message: () => 'A schedule runs either by a cron expression or once at a time.',
    next: () => 'Give one of the options “cron” and “at”.',
  },
  DISCORD_OPTIONS_UNREADABLE: {
    kind: 'user',
    message: (d: { part: string }) => `“${d.part}” can’t be read as an option of the target.`,
    next: () => 'Write options like owner=acme repo=site draft=true, or as one JSON object.',
  },
  DISCORD_NO_ARTIFACT: {
    kind: 'user',
    message: (d: { wanted: string }) => `No file of this server is called “${d.wanted}”.`,
    next: () => 'Choose one from the suggestions, or write its label; * stands for any characters.',
  },
  DISCORD_GATHER_WITHOUT_ARTIFACTS: {
    kind: 'user',
    message: () => 'Only a chain that files start can gather them.',
    next: () => 'Leave out “gather” and “expect”, or choose “a file arrives” with “on”.',
  },
  DISCORD_PRERELEASES_WITHOUT_RELEASES: {
    kind: 'user',
    message: () => 'Only a chain that releases on GitHub start knows pre-releases.',
    next: () => 'Leave out “prereleases”, or choose “a release is published on GitHub” with “on”.',
  },
  DISCORD_CHAIN_WITHOUT_PLACE: {
    kind: 'user',
    message: (d: { kind: 'release' | 'feed' }) =>
      d.kind === 'release' ? 'Whose releases start it is missing.' : 'The address of the feed is missing.',
    next: (d) =>
      d.kind === 'release'
        ? 'Give the repository with “from”: owner/name.'
        : 'Give it with “from”: https://…',
  },
  DISCORD_NO_FITTING_TARGET: {
    kind: 'user',
    message: (d: { what: string; publisher: string; called: string; options: string }) =>
      `There is no target for ${d.what} yet.`,
    next: (d) =>
      `A manager can add one: /publish target add name:${d.called} publisher:${d.publisher}${d.options && ` options:${d.options}`}`,
  },
  DISCORD_POST_LACKS: {
    kind: 'user',
    message: () => 'A post needs a title and a place.',
    next: () =>
      'Give the options “title” and “targets”, or type /publish post alone: a window asks for all of it.',
  },
  DISCORD_WHICH_TARGET: {
    kind: 'user',
    message: (d: { targets: string[] }) => `Several places would do: ${d.targets.join(', ')}.`,
    next: () => 'Choose one below, or name it with the option “target”.',
  },
  DISCORD_MESSAGE_EMPTY: {
    kind: 'user',
    message: () => 'Discord gave the bot neither text nor files of this message.',
    next: () =>
      'Stickers, polls and system messages have none. If it does have text, whoever hosts the bot can switch on “Message Content Intent” on its page at https://discord.com/developers/applications.',
  },
});
