import { describe, expect, test } from 'vitest';
import { Ear, soundUnderTest, TestLine } from './support.ts';

const runs = (text: string) => [...text.matchAll(/(.)\1*/g)].map(([run, letter]) => [letter, run.length]);

describe('the sound of a player', () => {
  test('plays items one after another without a gap, and tells how each ended', async () => {
    const line = new TestLine('a', 'b');
    const { clock, ear, hear } = soundUnderTest(line, { a: { count: 60 }, b: { count: 40 } });
    hear();
    await clock.advance(2_500);
    expect(runs(ear.text.replaceAll('|', ''))).toEqual([
      ['a', 60],
      ['b', 40],
    ]);
    expect(ear.numbers.slice(58, 63)).toEqual([58, 59, 0, 1, 2]);
    expect(line.ends).toEqual([
      { itemId: 'item-a', end: { kind: 'ended' } },
      { itemId: 'item-b', end: { kind: 'ended' } },
    ]);
    expect(ear.ends).toEqual([]);
    const gaps = ear.frames.map(({ sequence }, index) => sequence - index);
    expect(new Set(gaps).size).toBe(1);
  });

  test('rests for hours without a timer, and plays at once what comes then', async () => {
    const line = new TestLine();
    const { clock, ear, hear, sound } = soundUnderTest(line, { a: { count: 60 } });
    hear();
    await clock.advance(100);
    expect(sound.state).toBe('empty');
    expect(clock.pendingCount).toBe(0);
    await clock.advance(5 * 3_600_000);
    line.add('a');
    await clock.advance(300);
    expect(sound.state).toBe('playing');
    expect(ear.text.length).toBeGreaterThan(10);
    await clock.advance(1_500);
    expect(runs(ear.text.replaceAll('|', ''))).toEqual([['a', 60]]);
    expect(sound.state).toBe('empty');
    expect(clock.pendingCount).toBe(0);
  });

  test('what rests is heard when nothing is queued, and what is queued at once over it', async () => {
    const line = new TestLine('a');
    const { clock, ear, hear, openCount, sound } = soundUnderTest(
      line,
      { a: { count: 50 }, b: { count: 20 }, r: { pace: 'radio' } },
      { resting: 'r' },
    );
    hear();
    await clock.advance(3_000);
    expect(ear.order).toBe('ar');
    expect(sound.state).toBe('resting');
    const before = ear.text.length;
    line.add('b');
    await clock.advance(400);
    // At most two frames of what rested came before it, and those were dropped at home.
    expect(ear.text.slice(before)).toMatch(/^r{0,2}\|b{15,}r*$/);
    await clock.advance(2_000);
    expect(ear.text.slice(before).replace(/(.)\1+/g, '$1')).toBe(
      ear.text.slice(before).startsWith('r') ? 'r|br' : '|br',
    );
    sound.setResting(undefined);
    await clock.advance(200);
    expect(sound.state).toBe('empty');
    expect(openCount()).toBe(0);
  });

  test('what rests may be another at any time, and needs no queue', async () => {
    const line = new TestLine();
    const { clock, ear, hear, openCount, sound } = soundUnderTest(line, { r: {}, s: {} }, { resting: 'r' });
    hear();
    await clock.advance(1_000);
    expect(sound.state).toBe('resting');
    sound.setResting('s');
    await clock.advance(400);
    expect(ear.text).toMatch(/^\|r+\|r?s{10,}$/);
    expect(sound.playingTitle).toBe('s');
    expect(openCount()).toBe(1);
  });

  test('a skip drops what was read ahead, here and for listeners who come later', async () => {
    const line = new TestLine('a', 'b');
    const { clock, ear, hear } = soundUnderTest(line, { a: {}, b: {} });
    hear();
    await clock.advance(1_000);
    const before = ear.text.length;
    line.skip();
    const late = new Ear();
    late.burstMs = 1_000;
    hear(late);
    await clock.advance(300);
    expect(ear.text.slice(before)).toMatch(/^\|b{12,}$/);
    expect(late.text).toMatch(/^b{12,}$/);
    expect(line.ends).toEqual([]);
  });

  test('a pause silences everything, also what rests, and it goes on at its place', async () => {
    const line = new TestLine('a');
    const { clock, ear, hear, openCount, sound } = soundUnderTest(line, { a: {}, r: {} }, { resting: 'r' });
    hear();
    await clock.advance(5_000);
    line.pause(true);
    await clock.advance(100);
    const before = ear.text.length;
    expect(ear.text.endsWith('|')).toBe(true);
    expect(sound.state).toBe('held');
    await clock.advance(60_000);
    expect(ear.text.length).toBe(before);
    expect(openCount()).toBe(0);
    const heardCount = ear.numbers.length;
    line.pause(false);
    await clock.advance(500);
    expect(line.startAtMs).toBeGreaterThanOrEqual(4_000);
    expect(ear.numbers[heardCount]).toBe(line.startAtMs / 20);
    expect(ear.order).toBe('a');
  });

  test('plays only while somebody listens, and goes on where it was', async () => {
    const line = new TestLine('a');
    const { clock, ear, hear, openCount, sound } = soundUnderTest(line, { a: {} });
    await clock.advance(10_000);
    expect(openCount()).toBe(0);
    expect(clock.pendingCount).toBe(0);
    const listening = hear();
    await clock.advance(2_000);
    listening.cancel();
    await clock.advance(100);
    expect(sound.state).toBe('held');
    expect(openCount()).toBe(0);
    const heardCount = ear.numbers.length;
    await clock.advance(60_000);
    hear();
    await clock.advance(500);
    // What the channel had not played yet is repeated, and nothing is left out.
    expect(ear.numbers[heardCount]).toBe(heardCount - 400 / 20);
    expect(line.ends).toEqual([]);
  });

  test('begins when its channel is joined, not while it is', async () => {
    const line = new TestLine('a');
    const { clock, ear, hear, openCount, sound } = soundUnderTest(line, { a: {} });
    sound.waits = true;
    hear();
    await clock.advance(5_000);
    expect(openCount()).toBe(0);
    sound.waits = false;
    await clock.advance(200);
    expect(ear.numbers.slice(0, 3)).toEqual([0, 1, 2]);
  });

  test('an item that fails is reported with its problem, and the next plays', async () => {
    const line = new TestLine('x', 'a', 'y', 'b');
    const { clock, ear, hear } = soundUnderTest(line, {
      a: { count: 30 },
      y: { fails: true },
      b: { count: 10 },
    });
    hear();
    await clock.advance(3_000);
    expect(ear.order).toBe('ab');
    expect(line.ends.map(({ end, itemId }) => [itemId, end.kind])).toEqual([
      ['item-x', 'failed'],
      ['item-a', 'ended'],
      ['item-y', 'failed'],
      ['item-b', 'ended'],
    ]);
    expect(line.ends[0]?.end).toMatchObject({ problem: { code: 'AUDIO_SOURCE_LOST' } });
  });

  test('a queue of nothing but failures doesn’t spin', async () => {
    const line = new TestLine(...Array.from({ length: 400 }, (_, index) => `x${index}`));
    const { clock, hear } = soundUnderTest(line, {});
    hear();
    await clock.advance(20_000);
    expect(line.ends.length).toBeGreaterThan(8);
    expect(line.ends.length).toBeLessThan(20);
  });

  test('says what it learned of an item, and reports places as people at home hear them', async () => {
    const facts = { title: 'Evening Song', artist: 'Choir' };
    const line = new TestLine('a');
    const { clock, hear, sound } = soundUnderTest(line, { a: { facts } });
    hear();
    await clock.advance(4_500);
    expect(line.facts.get('item-a')).toEqual(facts);
    expect(line.heardMs).toEqual(line.heardMs.toSorted((a, b) => a - b));
    expect(line.heardMs.length).toBeGreaterThan(18);
    expect(sound.heard).toMatchObject({ itemId: 'item-a' });
    const { positionMs = 0 } = sound.heard ?? {};
    expect(Math.abs(positionMs - 4_400)).toBeLessThanOrEqual(60);
    expect(sound.playingTitle).toBe('a');
  });

  test('what follows may change before it is heard', async () => {
    const line = new TestLine('a', 'b', 'c');
    const { clock, ear, hear } = soundUnderTest(line, {
      a: { count: 60 },
      b: { count: 60 },
      c: { count: 20 },
    });
    hear();
    await clock.advance(600);
    line.items.splice(1, 1);
    await clock.advance(3_000);
    expect(ear.order).toBe('ac');
    expect(line.ends.map(({ itemId }) => itemId)).toEqual(['item-a', 'item-c']);
  });

  test('ends for its listeners when it is stopped, and is found by relays only between', async () => {
    const { clock, ear, hear, players, sound } = soundUnderTest(new TestLine('a'), { a: {} });
    expect([...players]).toEqual([sound.broadcast]);
    hear();
    await clock.advance(200);
    sound.stop();
    expect(ear.ends).toEqual(['broadcast-ended']);
    expect(players.size).toBe(0);
    await clock.advance(200);
    expect(clock.pendingCount).toBe(0);
  });
});
