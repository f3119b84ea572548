import { defineErrors } from '#core/errors.ts';

/** Errors between Discord and us. docs/errors/discord.md explains each. */
export const discordErrors = defineErrors({
  DISCORD_TOKEN_INVALID: {
    kind: 'operator',
    message: () => 'Discord does not accept the bot token.',
    next: () =>
      'Copy the token again from the Bot page of your application at discord.com/developers and set DISCORD_TOKEN.',
  },
  DISCORD_INTENTS_DISALLOWED: {
    kind: 'operator',
    message: (d: { closeCode: number }) => `Discord refused the gateway intents (close code ${d.closeCode}).`,
    next: () => 'Use a normal bot application: only the intents Guilds and GuildVoiceStates are asked for.',
  },
  DISCORD_UNREACHABLE: {
    kind: 'operator',
    message: (d: { apiUrl: string; reason: string }) =>
      `Discord can’t be reached at ${d.apiUrl} (${d.reason}).`,
    next: () => 'Check the network, DNS and GUILDMESH_DISCORD_API_URL, then start again.',
  },
  DISCORD_SESSIONS_EXHAUSTED: {
    kind: 'operator',
    message: (_: { reason: string }) => 'Discord allows no more new sessions for this bot today.',
    next: () =>
      'Find out what starts the bot so often, and start it again after the limit resets (within 24 hours).',
  },
  DISCORD_GATEWAY_CLOSED: {
    kind: 'operator',
    message: (d: { closeCode: number }) =>
      `Discord closed the gateway session for good (close code ${d.closeCode}).`,
    next: () => 'Look the close code up in Discord’s documentation, mend the cause and start again.',
  },
  DISCORD_NOT_INVITED: {
    kind: 'operator',
    message: (d: { guildId: string | undefined; inviteUrl: string }) =>
      d.guildId ? `The bot is not in the guild ${d.guildId}.` : 'The bot is not in any guild.',
    next: (d) => `Invite it with ${d.inviteUrl}`,
  },
  DISCORD_BREAKER_OPEN: {
    kind: 'operator',
    message: (d: { invalidAnswers: number; windowMs: number }) =>
      `Discord refused ${d.invalidAnswers} requests within ${Math.round(d.windowMs / 60_000)} minutes, so sending is paused before it bans this address.`,
    next: () =>
      'Run /doctor and mend the permissions or the token; sending goes on when the window has passed.',
  },
  DISCORD_COMMANDS_REFUSED: {
    kind: 'operator',
    message: (d: { scope: string; status: number }) =>
      `Discord refused to register the commands for ${d.scope} (HTTP ${d.status}).`,
    next: () => 'Invite the bot again with the scope applications.commands, then run deploy-commands.',
  },
  DISCORD_NOT_IN_GUILD: {
    kind: 'user',
    message: () => 'This command works in a server only.',
    next: () => 'Use it in a channel of the server the bot was invited to.',
  },
  DISCORD_MEMBER_UNKNOWN: {
    kind: 'remote',
    message: (_: { retryAfterSeconds: number }) =>
      'Discord can’t be asked now what the person who made this token may do.',
    next: (d: { retryAfterSeconds: number }) => `Try again in ${d.retryAfterSeconds} s.`,
  },
  DISCORD_COMMAND_UNKNOWN: {
    kind: 'user',
    message: (_: { command: string }) => 'This command no longer exists.',
    next: () => 'Reload Discord (Ctrl+R) and choose the command again, or use /help.',
  },
  DISCORD_COMMAND_NOT_LOADED: {
    kind: 'operator',
    message: (d: { command: string }) => `What /${d.command} does could not be loaded.`,
    next: () =>
      'Try again; if it stays so, ask the people who host the hub: its log says which file is missing.',
  },
  DISCORD_CONTROL_FOREIGN: {
    kind: 'user',
    message: () => 'This button belongs to somebody else’s command, or it was changed.',
    next: () => 'Run the command yourself to get your own buttons.',
  },
  DISCORD_CONTROL_EXPIRED: {
    kind: 'user',
    message: () => 'This button is too old.',
    next: () => 'Run the command again.',
  },
  DISCORD_TOO_FAST: {
    kind: 'user',
    message: (_: { waitMs: number }) => 'That was too many commands in a short time.',
    next: (d) => `Wait ${Math.max(1, Math.ceil(d.waitMs / 1_000))} s and try again.`,
  },
  DISCORD_BUSY: {
    kind: 'user',
    message: () => 'The bot has too much in hand right now.',
    next: () => 'Try again in a moment.',
  },
  DISCORD_STOPPING: {
    kind: 'user',
    message: () => 'The bot is shutting down or restarting.',
    next: () => 'Try again in a minute.',
  },
  DISCORD_REPLY_TOO_LARGE: {
    kind: 'user',
    message: () => 'The answer does not fit into one message.',
    next: () => 'Use a narrower command, or the command line.',
  },
  DISCORD_DRAFT_GONE: {
    kind: 'user',
    message: () => 'What this button stands for is no longer kept.',
    next: () => 'Run the command again; the newest drafts of each person are kept.',
  },
  DISCORD_DRAFT_TOO_LARGE: {
    kind: 'user',
    message: (_: { charactersMax: number }) => 'This is too long to be kept between two steps.',
    next: (d) => `Keep it below ${d.charactersMax.toLocaleString('en')} characters, files apart.`,
  },
  DISCORD_NO_THREAD: {
    kind: 'user',
    message: () => 'This is no thread.',
    next: () => 'Open the thread or forum post and use the command there.',
  },
  DISCORD_THREAD_UNREADABLE: {
    kind: 'user',
    message: (d: { channelId: string }) => `The bot may not read the thread <#${d.channelId}>.`,
    next: () =>
      'Allow it View Channel and Read Message History there; add it to the thread if that is private.',
  },
  DISCORD_CONTENT_DENIED: {
    kind: 'user',
    message: () => 'Discord gives this bot no text of other people’s messages.',
    next: () =>
      'Whoever hosts it can switch on “Message Content Intent” on the Bot page of the application at https://discord.com/developers/applications.',
  },
});
