import { defineErrors } from '#core/errors.ts';

export type RelayPermission = 'Connect' | 'Speak';

/** Errors that keep a broadcast out of a channel. */
export const relayErrors = defineErrors({
  RELAY_CHANNEL_UNKNOWN: {
    kind: 'user',
    message: (_: { channelId: string }) =>
      'That is not a voice or stage channel of this server that the bot can know of.',
    next: () => 'Choose a voice or stage channel; if it is private, give the bot View Channel there.',
  },
  RELAY_CHANNEL_HIDDEN: {
    kind: 'user',
    message: (d: { channelId: string }) => `The bot can’t see <#${d.channelId}>.`,
    next: () =>
      'In Discord open Edit Channel → Permissions of that channel, choose the bot’s role and allow View Channel, Connect and Speak.',
  },
  RELAY_PERMISSION_MISSING: {
    kind: 'user',
    message: (d: { channel: string; missing: RelayPermission[] }) =>
      `The bot lacks ${d.missing.join(' and ')} in “${d.channel}”.`,
    next: (d: { channel: string; missing: RelayPermission[] }) =>
      `In Discord open Edit Channel → Permissions of “${d.channel}”, choose the bot’s role and allow ${d.missing.join(', ')}.`,
  },
  RELAY_CHANNEL_FULL: {
    kind: 'user',
    message: (d: { channel: string; userLimit: number }) =>
      `“${d.channel}” is full: it takes ${d.userLimit}.`,
    next: () =>
      'Raise the channel’s user limit, or give the bot Move Members there: with it the limit doesn’t apply.',
  },
  RELAY_STAGE_SUPPRESSED: {
    kind: 'user',
    message: (d: { channel: string }) => `The bot may not speak on the stage “${d.channel}”.`,
    next: () =>
      'Invite the bot to speak, or give it Mute Members on the stage so that it can do that itself; then start the relay again.',
  },
  RELAY_CHIME_BUSY: {
    kind: 'user',
    message: (d: { channelId: string }) =>
      `Something plays or waits in <#${d.channelId}> already, so no chime is played.`,
    next: () => 'Join that channel and listen there, or stop what plays and try again.',
  },
  RELAY_SUPPRESSED: {
    kind: 'user',
    message: (d: { channel: string }) => `Nobody hears the bot in “${d.channel}”: it may not speak there.`,
    next: () => 'Give the bot’s role Speak in this channel; the relay goes on by itself.',
  },
  RELAY_MUTED: {
    kind: 'user',
    message: (d: { channel: string }) => `Nobody hears the bot in “${d.channel}”: it was muted.`,
    next: () => 'Unmute it (right-click → Server Mute) or end the relay with /relay stop.',
  },
  RELAY_NOT_HOME: {
    kind: 'user',
    message: () => 'This server is no longer a home server of this hub, so nothing plays here any more.',
    next: () => 'When an operator runs /access home add here, it goes on by itself.',
  },
  RELAY_CHANNEL_GONE: {
    kind: 'user',
    message: (_: { channelId: string }) => 'The channel of this relay is no longer there.',
    next: () => 'Run /relay start for another channel.',
  },
  RELAY_WOULD_REPLACE: {
    kind: 'user',
    message: (d: { title: string; channel: string }) =>
      `“${d.title}” plays in “${d.channel}” now, and ends there: the bot can be in one channel of a server.`,
    next: () => 'Stop it first with /relay stop, or run /relay start with replace:true.',
  },
  RELAY_LIST_SHARED: {
    kind: 'user',
    message: (d: { guilds: number }) =>
      `${d.guilds === 1 ? 'Another server hears' : `${d.guilds} other servers hear`} the same list of sources from this hub.`,
    next: () => 'To choose alone, start the relay with the sources in another order: /relay start.',
  },
  RELAY_TOO_MANY: {
    kind: 'user',
    message: (d: { relaysMax: number }) => `This hub plays into ${d.relaysMax} channels, which is its limit.`,
    next: () => 'Stop a relay with /relay stop, or the operator raises audio.relaysMax.',
  },
  RELAY_FALLBACKS_OWN: {
    kind: 'user',
    message: (d: { source: string }) =>
      `“${d.source}” is a broadcast of ours: what takes over for it is part of it.`,
    next: () =>
      'Start it with its further sources, /broadcast start source second third, and relay it alone; they are for broadcasts of others.',
  },
  RELAY_FALLBACK_LIVE: {
    kind: 'user',
    message: (d: { source: string }) => `“${d.source}” is a live channel, and none takes over in a relay.`,
    next: () =>
      'Give a broadcast of another community, an address, a library file, a folder/ or “tone” in its place.',
  },
  RELAY_TIMEOUT: {
    kind: 'remote',
    message: (d: { timeoutMs: number }) => `The relay could not be set up within ${d.timeoutMs / 1_000} s.`,
    next: () => 'Run /doctor for the channel and try again.',
  },
  RELAY_NOT_RUNNING: {
    kind: 'user',
    message: () => 'Nothing is relayed there.',
    next: () => 'Look at /relay status.',
  },
  RELAY_STOPPED: {
    kind: 'user',
    message: () => 'The relay was stopped before it played.',
    next: () => 'Start it again with /relay start.',
  },
});
