import { expect, test } from 'vitest';
import { audioLimits } from '#mesh/protocols/audio/limits.ts';
import { ServerMachine } from '#mesh/protocols/audio/server-machine.ts';
import { testFrame } from '../../support/broadcasts.ts';

function live(): ServerMachine {
  const machine = new ServerMachine(0);
  machine.received({ type: 'subscribe', broadcast: 'radio' }, 0);
  machine.accepted('Radio');
  return machine;
}

function drainAt(machine: ServerMachine, nowMs: number): number[] {
  const taken: number[] = [];
  for (let [frame] = machine.next(nowMs, 1); frame; [frame] = machine.next(nowMs, 1)) {
    taken.push(frame.sequence);
  }
  return taken;
}

test('a request leads to the catalogue’s answer and the end of the stream', () => {
  const machine = new ServerMachine(0);
  expect(machine.received({ type: 'catalogue-request' }, 1)).toEqual([{ do: 'list' }]);
  const info = { id: 'a', title: 'b\u0007c', startedAtMs: 1, subscriberCount: 0 };
  expect(machine.catalogue(Array.from({ length: 150 }, () => info))).toMatchObject([
    { do: 'send', record: { type: 'catalogue', broadcasts: { length: 100, 0: { title: 'bc' } } } },
    { do: 'close' },
  ]);
  expect(machine.state).toBe('over');
});

test('frames flow only once the subscription is accepted, those of a burst first', () => {
  const machine = new ServerMachine(0);
  machine.offer(testFrame(0), 0);
  expect(machine.received({ type: 'subscribe', broadcast: 'radio' }, 0)).toEqual([
    { do: 'subscribe', request: { broadcast: 'radio' } },
  ]);
  machine.offer(testFrame(1), 0);
  expect(drainAt(machine, 0)).toEqual([]);
  expect(machine.accepted('Radio')).toMatchObject([
    { do: 'send', record: { type: 'accepted', title: 'Radio' } },
  ]);
  machine.offer(testFrame(2), 0);
  expect(drainAt(machine, 0)).toEqual([1, 2]);
});

test('unacknowledged frames stop the flow; an acknowledgement opens it for as many', () => {
  const machine = live();
  const max = audioLimits.framesInFlightMax;
  for (let sequence = 0; sequence < max + 10; sequence += 1) {
    machine.offer(testFrame(sequence), 0);
    machine.next(0, 1);
  }
  expect(machine.framesSent).toBe(max);
  expect(machine.received({ type: 'ack', framesReceived: 3 }, 100)).toEqual([]);
  expect(drainAt(machine, 100)).toEqual([max, max + 1, max + 2]);
});

test('the queue is bounded in number and in time, and loses the oldest', () => {
  const machine = live();
  const max = audioLimits.framesQueuedMax;
  for (let sequence = 0; sequence < max + 5; sequence += 1) machine.offer(testFrame(sequence), sequence);
  expect(machine.framesQueued).toBe(max);
  expect(machine.framesDropped).toBe(5);
  expect(machine.next(200, 1)[0]?.sequence).toBe(5);
  expect(machine.next(audioLimits.queuedMaxMs + 50, 1)[0]?.sequence).toBe(50);
  expect(machine.framesDropped).toBe(5 + 44);
});

test.each([
  [{ type: 'ack', framesReceived: 1 } as const, 'acknowledged frames that were not sent'],
  [{ type: 'ack', framesReceived: 0xffff_ffff } as const, 'acknowledged frames that were not sent'],
  [{ type: 'subscribe', broadcast: 'again' } as const, 'unexpected subscribe record'],
  [{ type: 'end', reason: 'revoked' } as const, 'unexpected end record'],
])('%j in a live subscription is a violation', (record, violation) => {
  const machine = live();
  expect(machine.received(record, 1)).toEqual([{ do: 'cancel' }, { do: 'abort', violation }]);
  expect(machine.received(record, 2)).toEqual([]);
});

test('anything but a request at first is a violation', () => {
  const machine = new ServerMachine(0);
  expect(machine.received({ type: 'heartbeat' }, 0)).toMatchObject([{ do: 'cancel' }, { do: 'abort' }]);
});

test('no request in time, and silence of a subscriber, end the stream', () => {
  const machine = new ServerMachine(0);
  expect(machine.tick(audioLimits.answerTimeoutMs - 1)).toEqual([]);
  expect(machine.tick(audioLimits.answerTimeoutMs)).toMatchObject([{ do: 'cancel' }, { do: 'abort' }]);
  const subscribed = live();
  subscribed.received({ type: 'ack', framesReceived: 0 }, 1_000);
  expect(subscribed.tick(audioLimits.silenceMaxMs)).not.toContainEqual({ do: 'cancel' });
  expect(subscribed.tick(audioLimits.silenceMaxMs + 1_000)).toContainEqual({
    do: 'abort',
    violation: 'silent for too long',
  });
});

test('a heartbeat goes out only where no frame does', () => {
  const machine = live();
  const heartbeat = { do: 'send', record: { type: 'heartbeat' } };
  expect(machine.tick(audioLimits.heartbeatIntervalMs)).toEqual([heartbeat]);
  expect(machine.tick(audioLimits.heartbeatIntervalMs + 500)).toEqual([]);
  machine.offer(testFrame(0), 3_000);
  machine.next(3_000, 1);
  expect(machine.tick(4_500)).toEqual([]);
  expect(machine.tick(5_000)).toEqual([heartbeat]);
});

test('an end is sent once, and nothing follows', () => {
  const machine = live();
  machine.offer(testFrame(0), 0);
  expect(machine.ended('lost')).toEqual([
    { do: 'cancel' },
    { do: 'send', record: { type: 'end', reason: 'node-stopped' } },
    { do: 'close' },
  ]);
  machine.offer(testFrame(1), 0);
  expect(machine.next(0, 1)).toEqual([]);
  expect([machine.ended('revoked'), machine.closed(), machine.tick(99_999)]).toEqual([[], [], []]);
});

test.each(['narrowed', 'unserved'] as const)(
  'an end has its reason beside it, for who knows that word: %s',
  (why) => {
    expect(live().ended(why)).toEqual([
      { do: 'cancel' },
      { do: 'send', record: { type: 'end', reason: 'broadcast-ended', [why]: true } },
      { do: 'close' },
    ]);
  },
);

test('a subscription that ended while it was made is given back', () => {
  const machine = new ServerMachine(0);
  machine.received({ type: 'subscribe', broadcast: 'radio' }, 0);
  machine.ended('broadcast-ended');
  expect(machine.accepted('Radio')).toEqual([{ do: 'cancel' }]);
});
