import { defineErrors } from '../errors.ts';

export const playgroundVoiceErrors = defineErrors({
  PLAYGROUND_VOICE_NOT_RUNNING: {
    kind: 'operator',
    message: () => 'The voice server of the playground is not running.',
    next: () => 'Await its start() first, and do not use it after stop().',
  },
  PLAYGROUND_VOICE_ALREADY_LISTENING: {
    kind: 'user',
    message: (details: { userId: string; channelId: string }) =>
      `User ${details.userId} is already in voice channel ${details.channelId}.`,
    next: () => 'Let the earlier listener leave first.',
  },
  PLAYGROUND_VOICE_FULL: {
    kind: 'user',
    message: (details: { what: string; max: number }) =>
      `The playground takes at most ${details.max} ${details.what}.`,
    next: () => 'Let others leave first.',
  },
  PLAYGROUND_VOICE_NOT_CONNECTED: {
    kind: 'user',
    message: (details: { userId: string; guildId: string }) =>
      `Bot ${details.userId} has no voice connection in guild ${details.guildId}.`,
    next: () => 'Let the bot join a voice channel before injecting this fault.',
  },
  PLAYGROUND_CERTIFICATE_UNUSABLE: {
    kind: 'operator',
    message: (details: { directory: string; reason: string }) =>
      `The voice server's certificate cannot be kept in ${details.directory}: ${details.reason}.`,
    next: () => 'Name a state folder that this user may write to.',
  },
});
