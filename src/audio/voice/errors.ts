import { defineErrors } from '#core/errors.ts';

interface InChannel {
  guildId: string;
  channelId: string;
}

export const voiceErrors = defineErrors({
  VOICE_CAPTURED_ALREADY: {
    kind: 'user',
    message: (_: { guildId: string }) => 'A live channel of this server is being broadcast already.',
    next: () => 'End that broadcast first: the bot can be in one channel of a server at a time.',
  },
  VOICE_JOIN_TIMEOUT: {
    kind: 'remote',
    message: (_: InChannel) => 'Discord didn’t answer the request to join the voice channel in time.',
    next: () =>
      'Check that the bot may view and connect to the channel and that it isn’t full, then start the relay again.',
  },
  VOICE_CHANNEL_UNREACHABLE: {
    kind: 'remote',
    message: (_: InChannel) => 'Discord’s voice server for this channel can’t be reached from this hub.',
    next: () =>
      'Let outgoing UDP and TLS traffic through the hub’s firewall, or choose another voice region for the channel.',
  },
  VOICE_ENCRYPTION_UNSUPPORTED: {
    kind: 'operator',
    message: (_: InChannel) => 'The voice server offers no encryption mode that this hub supports.',
    next: () =>
      'Reinstall with npm ci, so that @noble/ciphers is there (aead_xchacha20_poly1305_rtpsize), and start the hub again.',
  },
  VOICE_E2EE_REQUIRED: {
    kind: 'operator',
    message: (_: InChannel) =>
      'Discord demands end-to-end encryption, and refused the version this hub speaks.',
    next: () =>
      'Update the hub, so that @discordjs/voice and @snazzah/davey are current; until then use a stage.',
  },
  VOICE_E2EE_STUCK: {
    kind: 'remote',
    message: (_: InChannel) =>
      'The end-to-end encryption of this channel didn’t come about, so nothing was played in it.',
    next: () =>
      'Choose another voice region for the channel (Edit Channel → Region Override), or use a stage; the bot tries again by itself.',
  },
  VOICE_RATE_LIMITED: {
    kind: 'remote',
    message: (_: InChannel) => 'Discord limits how often this bot may join voice channels.',
    next: () => 'Nothing to do: the bot pauses for some minutes and tries again by itself.',
  },
  VOICE_CALL_ENDED: {
    kind: 'remote',
    message: (_: InChannel) => 'Discord ended the call in this channel.',
    next: () => 'Check that the channel still exists; the bot tries again by itself.',
  },
  VOICE_KICKED: {
    kind: 'user',
    message: (_: InChannel) => 'Someone disconnected the bot from the voice channel.',
    next: () => 'Run /relay start again if it should come back.',
  },
  VOICE_GAVE_UP: {
    kind: 'remote',
    message: (d: InChannel & { rejoinCount: number }) =>
      `The voice connection broke ${d.rejoinCount} times in a row, so the bot makes a pause.`,
    next: () => 'Look at /relay status and the hub’s log for the close codes; the bot tries again by itself.',
  },
  VOICE_WORKER_FAILED: {
    kind: 'operator',
    message: (d: { restartCount: number }) =>
      `The voice worker stopped ${d.restartCount} times in a row and was not started again.`,
    next: () => 'Look in the hub’s log for “voice worker stopped”, then start the relay again.',
  },
  VOICE_REPLACED: {
    kind: 'user',
    message: (_: InChannel) =>
      'Another relay was started in this server, and the bot can play in one voice channel of a server at a time.',
    next: () => 'Run /relay start here again if this one should come back.',
  },
  VOICE_OVERLOADED: {
    kind: 'operator',
    message: (d: { channelCount: number }) =>
      `This hub plays into ${d.channelCount} channels, and its machine can’t keep up with one more.`,
    next: () => 'Stop a relay with /relay stop, or run the hub on a machine with more or faster cores.',
  },
  VOICE_PARKED: {
    kind: 'operator',
    message: (_: InChannel) =>
      'The hub plays into more channels than its machine can keep up with, so this one, among the newest, is silent for now.',
    next: () => 'It comes back by itself as soon as there is room; stopping relays elsewhere makes room.',
  },
  VOICE_STREAM_UNKNOWN: {
    kind: 'operator',
    message: (d: { streamKey: string }) => `No stream “${d.streamKey}” is open.`,
    next: () => 'Open the stream before joining a channel with it.',
  },
  VOICE_STOPPED: {
    kind: 'operator',
    message: () => 'The hub is stopping, so it joins no voice channel.',
    next: () => 'Start the hub again.',
  },
});

/** Every code that can end a voice connection inside the worker. */
export type VoiceFailureCode = Exclude<
  keyof typeof voiceErrors.definitions,
  | 'VOICE_OVERLOADED'
  | 'VOICE_PARKED'
  | 'VOICE_WORKER_FAILED'
  | 'VOICE_REPLACED'
  | 'VOICE_STREAM_UNKNOWN'
  | 'VOICE_STOPPED'
>;
