import { defineErrors } from '#core/errors.ts';

export const recordErrors = defineErrors({
  RECORD_TOO_MANY: {
    kind: 'user',
    message: (d: { recordingsMax: number }) =>
      `${d.recordingsMax} recordings are running, which is the limit.`,
    next: () => 'End one with /broadcast record stop.',
  },
  RECORD_ALREADY: {
    kind: 'user',
    message: (d: { broadcast: string }) => `The broadcast “${d.broadcast}” is being recorded already.`,
    next: () => 'See /broadcast record list, or end it with /broadcast record stop.',
  },
  RECORD_LIVE_OF_ANOTHER_SERVER: {
    kind: 'user',
    message: (d: { broadcast: string }) =>
      `In “${d.broadcast}” people of another server are heard, and only that server records them.`,
    next: () => 'Ask there: /broadcast record start.',
  },
  RECORD_UNKNOWN: {
    kind: 'user',
    message: (d: { recording: string }) => `Nothing called “${d.recording}” is being recorded.`,
    next: () => 'See /broadcast record list for what is.',
  },
  RECORD_DISK: {
    kind: 'operator',
    message: (d: { reason: string }) => `The recording can’t be written to the state folder (${d.reason}).`,
    next: () => 'Make room on the disk of the state folder, then start the recording again.',
  },
});
