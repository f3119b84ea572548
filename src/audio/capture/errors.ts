import { defineErrors } from '#core/errors.ts';

/** What can keep a live channel from being broadcast. */
export const captureErrors = defineErrors({
  CAPTURE_OTHER_GUILD: {
    kind: 'user',
    message: () => 'Channels are broadcast, and consent is given, in the server they belong to.',
    next: () => 'Run the command in that server.',
  },
  CAPTURE_NOT_A_MEMBER: {
    kind: 'user',
    message: () => 'Only a person of the server can speak for their own voice.',
    next: () => 'Use /consent in the server.',
  },
  CAPTURE_OFF: {
    kind: 'user',
    message: () => 'Live channels of this server are not broadcast: its managers have switched that off.',
    next: () => 'A manager allows it with /consent rule.',
  },
});
