import type { DeliveryState } from '../tables/outbox.ts';

/**
 * Everything that can happen to a delivery. A worker's claim starts an attempt, which ends in `finish`, `accept` (landed,
 * yet to be confirmed), `postpone`, `doubt` or `refuse`; `admit` follows the last approval; the rest is what people do.
 */
export type DeliveryEvent = WorkerEvent | PersonEvent | 'admit' | 'claim';
export type WorkerEvent = 'finish' | 'accept' | 'postpone' | 'doubt' | 'refuse';
export type PersonEvent = 'cancel' | 'discard' | 'mark-done' | 'retry' | 'edit';

interface Transition {
  from: readonly DeliveryState[];
  to: readonly DeliveryState[];
}

/** The complete table: other transitions can't happen. */
export const transitions: Readonly<Record<DeliveryEvent, Transition>> = {
  admit: { from: ['awaiting-approval'], to: ['scheduled', 'pending'] },
  // `sending`: by a worker whose lease ended.
  claim: { from: ['scheduled', 'pending', 'sending', 'confirming', 'unknown'], to: ['sending'] },
  finish: { from: ['sending'], to: ['done'] },
  accept: { from: ['sending'], to: ['confirming'] },
  postpone: { from: ['sending'], to: ['pending'] },
  doubt: { from: ['sending'], to: ['unknown'] },
  refuse: { from: ['sending'], to: ['failed'] },
  cancel: { from: ['draft', 'awaiting-approval', 'scheduled', 'pending'], to: ['cancelled'] },
  discard: {
    from: ['draft', 'awaiting-approval', 'scheduled', 'pending', 'confirming', 'unknown', 'failed'],
    to: ['discarded'],
  },
  'mark-done': { from: ['pending', 'confirming', 'unknown', 'failed'], to: ['done'] },
  retry: { from: ['pending', 'confirming', 'unknown', 'failed'], to: ['pending', 'confirming', 'unknown'] },
  edit: {
    from: ['draft', 'awaiting-approval', 'scheduled', 'pending', 'failed'],
    to: ['awaiting-approval', 'scheduled', 'pending'],
  },
};

const workerEvents: Readonly<Record<ReleasedState, WorkerEvent>> = {
  done: 'finish',
  confirming: 'accept',
  pending: 'postpone',
  unknown: 'doubt',
  failed: 'refuse',
};

/** What a delivery becomes when its worker releases it. */
export type ReleasedState = 'done' | 'confirming' | 'pending' | 'unknown' | 'failed';

/**
 * Its fate is open: deliveries behind it in order must wait. The other states are final, or wait for a person alone.
 */
const openStates: readonly DeliveryState[] = [
  'draft',
  'awaiting-approval',
  'scheduled',
  'pending',
  'sending',
  'confirming',
  'unknown',
];

export function isOpen(state: DeliveryState): boolean {
  return openStates.includes(state);
}

export function canHappen(event: DeliveryEvent, from: DeliveryState): boolean {
  return transitions[event].from.includes(from);
}

/** Throws for a transition that isn't in the table: a defect of the caller. */
export function assertMove(event: DeliveryEvent, from: DeliveryState, to: DeliveryState): void {
  if (canHappen(event, from) && transitions[event].to.includes(to)) return;
  throw new Error(`a delivery can't ${event} from ${from} to ${to}`);
}

export function eventOf(state: ReleasedState): WorkerEvent {
  return workerEvents[state];
}
