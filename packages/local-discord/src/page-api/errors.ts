import { defineErrors } from '../errors.ts';

export const pageErrors = defineErrors({
  PAGE_HOST_REFUSED: {
    kind: 'user',
    message: ({ host }: { host: string }) => `The playground answers on this machine only, not as "${host}".`,
    next: () => 'Open the address that the playground printed at its start.',
  },
  PAGE_ORIGIN_REFUSED: {
    kind: 'user',
    message: ({ origin }: { origin: string }) => `Another site ("${origin}") tried to use the playground.`,
    next: () => 'Use the playground from its own page.',
  },
  PAGE_BODY_INVALID: {
    kind: 'user',
    message: ({ problem }: { problem: string }) =>
      `The page sent something the playground can't use: ${problem}.`,
    next: () =>
      'Reload the page; if it was not the page, compare the body with page-api/protocol.ts of this package.',
  },
  PAGE_BODY_TOO_LARGE: {
    kind: 'user',
    message: ({ maxBytes }: { maxBytes: number }) =>
      `More than ${maxBytes / 1024 / 1024} MiB were sent at once.`,
    next: () => 'Choose smaller or fewer files.',
  },
  PAGE_ROUTE_UNKNOWN: {
    kind: 'user',
    message: ({ path }: { path: string }) => `The playground's page has nothing at ${path}.`,
    next: () => 'Reload the page: it may be older than the playground.',
  },
  PAGE_GUILD_UNKNOWN: {
    kind: 'user',
    message: ({ guildId }: { guildId: string }) => `The playground has no guild ${guildId}.`,
    next: () => 'Reload the page to see the guilds there are.',
  },
  PAGE_MEMBER_UNKNOWN: {
    kind: 'user',
    message: ({ userId }: { userId: string }) => `User ${userId} is not a member of this guild.`,
    next: () => 'Choose a member under "Speak as".',
  },
  PAGE_CHANNEL_UNKNOWN: {
    kind: 'user',
    message: ({ channelId }: { channelId: string }) => `The playground has no channel ${channelId}.`,
    next: () => 'Choose a channel of the list.',
  },
  PAGE_ACTION_REFUSED: {
    kind: 'user',
    message: ({ problem }: { problem: string }) => problem,
    next: () => 'Correct it and send it again.',
  },
  PAGE_OFFLINE: {
    kind: 'remote',
    message: () => 'The playground did not answer.',
    next: () => 'Look whether it still runs; the page connects again by itself.',
  },
  PAGE_SOCKETS_FULL: {
    kind: 'user',
    message: ({ socketsMax }: { socketsMax: number }) => `${socketsMax} pages are connected already.`,
    next: () => 'Close other tabs of the playground.',
  },
  PAGE_PANEL_NAME_INVALID: {
    kind: 'operator',
    message: ({ name }: { name: string }) => `"${name}" can't name a panel.`,
    next: () => 'Give each panel a name of its own: letters, digits and hyphens, at most 40.',
  },
  PAGE_PANEL_MISSING: {
    kind: 'operator',
    message: ({ path }: { path: string }) => `The panel's file ${path} can't be read.`,
    next: () => 'Build it and reload the page.',
  },
  PAGE_NOT_BUILT: {
    kind: 'operator',
    message: () => 'The page of the playground is not built.',
    next: () => 'Run `npm run build:page` and reload.',
  },
});
