import { defineErrors } from '#core/errors.ts';

const stateWords: Readonly<Record<string, string>> = {
  draft: 'is a draft',
  'awaiting-approval': 'waits for approval',
  scheduled: 'waits for its time',
  pending: 'waits to be sent',
  sending: 'is being sent',
  confirming: 'waits to be confirmed',
  unknown: 'may have arrived or not',
  done: 'has arrived',
  failed: 'has failed',
  cancelled: 'was cancelled',
  discarded: 'was discarded',
};
const eventWords: Readonly<Record<string, string>> = {
  approve: 'approving it',
  cancel: 'cancelling it',
  discard: 'discarding it',
  'mark-done': 'marking it as done',
  retry: 'trying it again',
  edit: 'editing it',
  'take-back': 'taking it back',
};

export const outboxErrors = defineErrors({
  OUTBOX_FATE_UNKNOWN: {
    kind: 'user',
    message: (d: { target: string; why: string }) =>
      `Whether this reached ${d.target} can’t be told: ${d.why}.`,
    next: () =>
      'Look at the target, then choose Done (with its address), Retry or Discard in /deliveries list.',
  },
  OUTBOX_SEEMS_THERE: {
    kind: 'user',
    message: (d: { target: string }) =>
      `${d.target} refuses this as a repetition, yet doesn’t show the first one: it seems to be there.`,
    next: () =>
      'Look at the target and choose Done (with its address) in /deliveries list; if it really isn’t there, choose Discard and publish other words.',
  },
  OUTBOX_REJECTED: {
    kind: 'remote',
    message: (d: { target: string; reason: string }) => `${d.target} refused it: ${d.reason}.`,
    next: () => 'Correct what it names there and choose Retry, or choose Edit to send something else.',
  },
  OUTBOX_GAVE_UP: {
    kind: 'remote',
    message: (d: { target: string; attempts: number; reason: string }) =>
      `${d.target} could not be reached in ${d.attempts} attempts: ${d.reason}.`,
    next: () => 'When the target is well again, choose Retry in /deliveries list.',
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
    next: () => 'Choose Retry in /deliveries list to send it now, or Discard.',
  },
  OUTBOX_CHANGED: {
    kind: 'user',
    message: (_: { target: string }) => 'What would be sent is no longer what was approved.',
    next: () => 'Look at the preview again and approve it anew.',
  },
  OUTBOX_OUTDATED: {
    kind: 'user',
    message: (d: { reason: string }) => `It was made anew before it left: ${d.reason}.`,
    next: () => 'Choose Review to see what would be sent now, and approve that; earlier approvals are void.',
  },
  OUTBOX_FILE_GONE: {
    kind: 'user',
    message: (d: { names: readonly string[] }) =>
      `What it sends is no longer among the artifacts: ${d.names.join(', ')}.`,
    next: () => 'Add the file again and choose Retry, or give it other files with /publish files.',
  },
  OUTBOX_LEFTOVER: {
    kind: 'remote',
    message: (d: { what: string; url: string; reason: string }) =>
      `It is given up, but ${d.what} is still at ${d.url}: ${d.reason}.`,
    next: () => 'Delete it there, or choose Discard once more.',
  },
  OUTBOX_ALTERED: {
    kind: 'user',
    message: (_: { deliveryId: string }) =>
      'The record of this delivery, or of an approval of it, is not as the hub wrote it.',
    next: () =>
      'Choose Discard in /deliveries list and publish it anew; let the operator look into the disk, and into who can write to the database.',
  },
  OUTBOX_UNCONFIRMED: {
    kind: 'user',
    message: (d: { target: string; minutes: number }) =>
      `${d.target} accepted this but has not confirmed it in ${d.minutes} minutes.`,
    next: () =>
      'Look at the target, then choose Done (with its address), Retry to ask it again, or Discard in /deliveries list.',
  },
  OUTBOX_NO_SUCH_DELIVERY: {
    kind: 'user',
    message: (_: { deliveryId: string }) => 'There is no such delivery in this server.',
    next: () => 'Choose one of those that are suggested as you type, or see /deliveries list.',
  },
  OUTBOX_IN_FLIGHT: {
    kind: 'user',
    message: (_: { deliveryId: string }) => 'This delivery is being sent at this moment.',
    next: () => 'Wait until the attempt has ended, then look at its state and choose again.',
  },
  OUTBOX_NOT_POSSIBLE: {
    kind: 'user',
    message: (d: { event: string; state: string }) =>
      `It ${stateWords[d.state] ?? 'is on its way'}, so ${eventWords[d.event] ?? 'that'} isn’t possible now.`,
    next: (d: { event: string; state: string }) =>
      d.state === 'awaiting-approval'
        ? 'Press Review on it, or in /deliveries list, and approve what you see.'
        : 'See /deliveries list for what can be done now; what has arrived, or was cancelled or discarded, stays so.',
  },
  OUTBOX_ALREADY_LEFT: {
    kind: 'user',
    message: (_: { deliveryId: string }) => 'Part of this delivery has reached its target, or may have.',
    next: () => 'Let it finish, or choose Discard in /deliveries list and correct the rest at the target.',
  },
  OUTBOX_EDITED_MEANWHILE: {
    kind: 'user',
    message: (d: { revision: number }) => `Somebody else has edited this meanwhile (revision ${d.revision}).`,
    next: () => 'Look at it again, then edit once more.',
  },
  OUTBOX_NO_PUBLISHER: {
    kind: 'operator',
    message: (d: { publisher: string }) => `This hub has no publisher “${d.publisher}”.`,
    next: () => 'Install or enable it, then choose Retry in /deliveries list.',
  },
});
