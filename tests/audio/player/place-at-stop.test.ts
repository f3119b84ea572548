import { expect, test } from 'vitest';
import { soundUnderTest, TestLine } from './support.ts';

test('a sound that is stopped says exactly where it was', async () => {
  const line = new TestLine('a');
  const { clock, hear, sound } = soundUnderTest(line, { a: {} });
  hear();
  await clock.advance(2_070);
  sound.stop();
  expect(line.heardMs.at(-1)).toBe(sound.heard?.positionMs);
  expect((line.heardMs.at(-1) ?? 0) % 200).not.toBe(0);
});

test('after a seek as much is sent at once as at the start, unless a community that can’t flush hears it', async () => {
  const line = new TestLine('a');
  const { clock, ear, hear, sound } = soundUnderTest(line, { a: {} });
  const atOnce = async (change: () => void) => {
    const before = ear.text.length;
    change();
    await clock.advance(20);
    return ear.text.slice(before).replaceAll('|', '').length;
  };
  expect(await atOnce(() => hear())).toBeGreaterThanOrEqual(15);
  await clock.advance(2_000);
  expect(await atOnce(() => line.seek(60_000))).toBeGreaterThanOrEqual(15);
  sound.broadcast.subscribe({ frame: () => {}, end: () => {} }, () => true, 'south');
  await clock.advance(2_000);
  expect(await atOnce(() => line.seek(0))).toBeLessThan(4);
});
