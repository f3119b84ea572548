import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EditPacer, type Urgency } from '#discord/interactions/edit-pacer.ts';
import {
  editsPerChannelMax,
  editsPerChannelWindowMs,
  editsPerWindowMax,
  editsWindowMs,
} from '#discord/interactions/limits.ts';
import { FakeClock } from '../support/fake-clock.ts';

function start() {
  const clock = new FakeClock();
  const pacer = new EditPacer({ clock });
  const passed: { name: string; channelId: string; atMs: number }[] = [];
  const enter = (name: string, channelId: string, urgency: Urgency = 'changed', guildId = 'g') =>
    pacer.enter({
      guildId,
      channelId,
      urgency: () => urgency,
      run: () => passed.push({ name, channelId, atMs: clock.monotonicMs() }),
    });
  const names = () => passed.map(({ name }) => name);
  return { clock, pacer, passed, enter, names };
}

test('so many pass in a window of all channels, the others in the next', async () => {
  const { clock, enter, passed } = start();
  for (let index = 0; index <= editsPerWindowMax; index++) enter(`${index}`, `c${index}`);
  expect(passed).toHaveLength(editsPerWindowMax);
  await clock.advance(editsWindowMs - 1);
  expect(passed).toHaveLength(editsPerWindowMax);
  await clock.advance(1);
  expect(passed).toHaveLength(editsPerWindowMax + 1);
});

test('a full channel holds up no other', async () => {
  const { clock, enter, names } = start();
  for (const name of ['a', 'b', 'c']) enter(name, 'full');
  enter('d', 'free');
  expect(names()).toEqual(['a', 'b', 'd']);
  await clock.advance(editsPerChannelWindowMs);
  expect(names()).toEqual(['a', 'b', 'd', 'c']);
});

test('what has changed goes before what only shows the time, and before that what has waited longest', async () => {
  const { clock, enter, names } = start();
  for (const name of ['a', 'b']) enter(name, 'full');
  for (const name of ['late', 'later']) enter(name, 'full', 'passing');
  enter('news', 'full');
  await clock.advance(editsPerChannelWindowMs);
  expect(names()).toEqual(['a', 'b', 'news', 'late']);
});

test('guilds take turns: one that floods keeps no other waiting for longer than a window', async () => {
  const { clock, enter, names } = start();
  for (let index = 0; index < 200; index++) enter(`flood ${index}`, `c${index}`, 'changed', 'flood');
  enter('clock', 'other', 'passing', 'neighbour');
  await clock.advance(editsWindowMs);
  expect(names()).toContain('clock');
});

test('what waits for long passes, however often something else changes', async () => {
  const { clock, enter, names } = start();
  const change = () => enter('change', 'c');
  for (let turn = 0; turn < 4; turn++) change();
  enter('clock', 'c', 'passing');
  for (let turn = 0; turn < 20 && !names().includes('clock'); turn++) {
    await clock.advance(editsPerChannelWindowMs / 2);
    change();
  }
  expect(names()).toContain('clock');
});

test('the limit for old messages, 3 in 6 s, is never reached', () => {
  // Whenever its windows begin: in any 6 s, at most so many pass.
  const perWindow = Math.ceil(6_000 / editsPerChannelWindowMs) * editsPerChannelMax;
  expect(perWindow).toBeLessThanOrEqual(3);
});

test('an answer to a press passes at once, and the others wait for it', async () => {
  const { clock, pacer, enter, names } = start();
  for (let times = 0; times < editsPerChannelMax; times++) pacer.note('c');
  enter('a', 'c');
  expect(names()).toEqual([]);
  await clock.advance(editsPerChannelWindowMs);
  expect(names()).toEqual(['a']);
});

test('what is cancelled, or waits when the hub stops, never passes', async () => {
  const { clock, pacer, enter, names } = start();
  for (const name of ['a', 'b']) enter(name, 'c');
  enter('cancelled', 'c').cancel();
  enter('stopped', 'c');
  pacer.stop();
  await clock.advance(10 * editsPerChannelWindowMs);
  expect(names()).toEqual(['a', 'b']);
});

test('whatever comes, no window is ever exceeded and everything passes', async () => {
  const entry = fc.record({
    channel: fc.constantFrom('c1', 'c2', 'c3'),
    urgency: fc.constantFrom<Urgency>('changed', 'passing'),
    afterMs: fc.nat({ max: 1_500 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 40 }), async (entries) => {
      const { clock, enter, passed, pacer } = start();
      for (const [index, { channel, urgency, afterMs }] of entries.entries()) {
        await clock.advance(afterMs);
        enter(`${index}`, channel, urgency);
      }
      await clock.advance(40 * editsPerChannelWindowMs);
      expect(passed).toHaveLength(entries.length);
      expect(pacer.waitingCount).toBe(0);
      const most = (edits: typeof passed, windowMs: number) =>
        Math.max(
          0,
          ...edits.map(({ atMs }) => edits.filter((e) => e.atMs >= atMs && e.atMs < atMs + windowMs).length),
        );
      expect(most(passed, editsWindowMs)).toBeLessThanOrEqual(editsPerWindowMax);
      for (const channel of ['c1', 'c2', 'c3']) {
        const there = passed.filter(({ channelId }) => channelId === channel);
        expect(most(there, editsPerChannelWindowMs)).toBeLessThanOrEqual(editsPerChannelMax);
      }
    }),
    { numRuns: 50 },
  );
});
