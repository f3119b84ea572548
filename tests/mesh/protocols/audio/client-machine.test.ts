import { expect, test } from 'vitest';
import { ClientMachine } from '#mesh/protocols/audio/client-machine.ts';
import { audioLimits } from '#mesh/protocols/audio/limits.ts';
import { codecDescription, type WireRecord } from '#mesh/protocols/audio/records.ts';
import { testFrame } from '../../support/broadcasts.ts';

const accepted: WireRecord = { type: 'accepted', title: 'Radio', codec: { ...codecDescription } };

function live(): ClientMachine {
  const machine = new ClientMachine('subscribe', 0);
  machine.received(accepted, 0);
  return machine;
}

test('a catalogue answers a catalogue request and nothing else', () => {
  const catalogue: WireRecord = { type: 'catalogue', broadcasts: [] };
  expect(new ClientMachine('catalogue-request', 0).received(catalogue, 0)).toEqual([
    { do: 'answer', answer: { is: 'catalogue', broadcasts: [] } },
    { do: 'close' },
  ]);
  expect(new ClientMachine('subscribe', 0).received(catalogue, 0)).toMatchObject([{ do: 'abort' }]);
  expect(new ClientMachine('catalogue-request', 0).received(accepted, 0)).toMatchObject([{ do: 'abort' }]);
});

test('a frame before the answer is a violation', () => {
  const machine = new ClientMachine('subscribe', 0);
  expect(machine.received({ type: 'frame', frame: testFrame(0) }, 0)).toEqual([
    { do: 'abort', violation: 'unexpected frame record' },
  ]);
});

test.each([
  ['broadcast-ended', 'broadcast-ended'],
  ['revoked', 'revoked'],
  ['node-stopped', 'lost'],
] as const)('the end “%s” reaches the listener as “%s”', (reason, heard) => {
  const machine = live();
  expect(machine.received({ type: 'end', reason }, 1)).toEqual([
    { do: 'end', reason: heard },
    { do: 'close' },
  ]);
  expect(machine.closed()).toEqual([]);
});

test.each(['narrowed', 'unserved'] as const)('what stands beside an end is heard as such: %s', (why) => {
  const end = { type: 'end', reason: 'broadcast-ended', [why]: true } as const;
  expect(live().received(end, 1)).toEqual([{ do: 'end', reason: why }, { do: 'close' }]);
  // Beside another reason it means nothing.
  expect(live().received({ ...end, reason: 'revoked' }, 1)[0]).toEqual({ do: 'end', reason: 'revoked' });
});

test('a stream that goes without an end is lost, once', () => {
  const machine = live();
  expect(machine.closed()).toEqual([{ do: 'end', reason: 'lost' }]);
  expect(machine.closed()).toEqual([]);
  expect(new ClientMachine('subscribe', 0).closed()).toEqual([]);
});

test('frames are counted and acknowledged at intervals, also when none come', () => {
  const machine = live();
  for (const sequence of [4, 5, 6]) machine.received({ type: 'frame', frame: testFrame(sequence) }, 10);
  expect(machine.tick(audioLimits.ackIntervalMs - 1)).toEqual([]);
  const ack = { do: 'send', record: { type: 'ack', framesReceived: 3 } };
  expect(machine.tick(audioLimits.ackIntervalMs)).toEqual([ack]);
  expect(machine.tick(audioLimits.ackIntervalMs * 2)).toEqual([ack]);
});

test('frames at the allowed rate go on for ever; twice as many are cut after the burst', () => {
  const steady = live();
  for (let index = 0; index < 3_000; index += 1) {
    const effects = steady.received({ type: 'frame', frame: testFrame(index) }, index * 20);
    expect(effects).toMatchObject([{ do: 'deliver' }]);
  }
  const flood = live();
  let delivered = 0;
  for (let index = 0; flood.state === 'live' && index < 3_000; index += 1) {
    const effects = flood.received({ type: 'frame', frame: testFrame(index) }, index * 10);
    if (effects[0]?.do === 'deliver') delivered += 1;
  }
  expect(flood.state).toBe('over');
  expect(delivered).toBeGreaterThan(audioLimits.framesBurstMax);
  expect(delivered).toBeLessThan(audioLimits.framesBurstMax * 3);
});

test('a flood of heartbeats is cut', () => {
  const machine = live();
  for (let index = 0; index < audioLimits.controlsBurstMax; index += 1) {
    expect(machine.received({ type: 'heartbeat' }, 0)).toEqual([]);
  }
  expect(machine.received({ type: 'heartbeat' }, 0)).toMatchObject([
    { do: 'abort' },
    { do: 'end', reason: 'lost' },
  ]);
});

test('silence is a loss; a heartbeat is no silence', () => {
  const machine = live();
  machine.received({ type: 'heartbeat' }, 5_000);
  expect(machine.tick(5_000 + audioLimits.silenceMaxMs - 1)).not.toContainEqual({
    do: 'end',
    reason: 'lost',
  });
  expect(machine.tick(5_000 + audioLimits.silenceMaxMs)).toEqual([
    { do: 'abort', violation: 'silent for too long' },
    { do: 'end', reason: 'lost' },
  ]);
});

test('cancelling tells the broadcaster and the listener once', () => {
  const machine = live();
  expect(machine.cancelled('unsubscribed')).toEqual([
    { do: 'send', record: { type: 'unsubscribe' } },
    { do: 'end', reason: 'unsubscribed' },
    { do: 'close' },
  ]);
  expect(machine.cancelled('unsubscribed')).toEqual([]);
  expect(machine.received({ type: 'frame', frame: testFrame(0) }, 1)).toEqual([]);
});
