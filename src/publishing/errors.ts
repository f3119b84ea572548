import { defineErrors } from '#core/errors.ts';

export const publishingErrors = defineErrors({
  OUTBOX_FATE_UNKNOWN: {
    kind: 'user',
    message: (d: { target: string; why: string }) =>
      `Whether this reached ${d.target} can’t be told: ${d.why}.`,
    next: () => 'Look at the target, then choose Done (with its address), Retry or Discard in /deliveries.',
  },
  OUTBOX_REJECTED: {
    kind: 'remote',
    message: (d: { target: string; reason: string }) => `${d.target} refused it: ${d.reason}.`,
    next: () => 'Correct what it names, then choose Retry in /deliveries.',
  },
  OUTBOX_GAVE_UP: {
    kind: 'remote',
    message: (d: { target: string; attempts: number; reason: string }) =>
      `${d.target} could not be reached in ${d.attempts} attempts: ${d.reason}.`,
    next: () => 'When the target is well again, choose Retry in /deliveries.',
  },
  OUTBOX_POISON: {
    kind: 'operator',
    message: (d: { crashes: number }) => `The hub ended ${d.crashes} times while working on this delivery.`,
    next: () => 'It is set aside so that the others go on; look at the log, then choose Retry or Discard.',
  },
  OUTBOX_MISSED: {
    kind: 'user',
    message: (d: { lateMinutes: number }) =>
      `Its time passed ${d.lateMinutes} minutes ago while it could not be sent.`,
    next: () => 'Choose Retry in /deliveries to send it now, or Discard.',
  },
  OUTBOX_CHANGED: {
    kind: 'user',
    message: (_: { target: string }) => 'What would be sent is no longer what was approved.',
    next: () => 'Look at the preview again and approve it anew.',
  },
  OUTBOX_NO_PUBLISHER: {
    kind: 'operator',
    message: (d: { publisher: string }) => `This hub has no publisher “${d.publisher}”.`,
    next: () => 'Install or enable it, then choose Retry in /deliveries.',
  },
});
