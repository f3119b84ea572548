import { expect, test } from 'vitest';
import { soundUnderTest, TestLine } from './support.ts';

test('an item is opened for those who hear the player at that moment', async () => {
  const line = new TestLine('a', 'b', 'c');
  const sharedWith: string[] = [];
  const { clock, hear, opened } = soundUnderTest(
    line,
    { a: {}, b: {}, c: {} },
    { sharedWith: () => sharedWith },
  );
  hear();
  await clock.advance(500);
  sharedWith.push('south');
  line.skip();
  await clock.advance(500);
  sharedWith.pop();
  line.skip();
  await clock.advance(500);
  expect(opened.map(({ name, audience }) => [name, audience])).toEqual([
    ['a', 'server'],
    ['b', 'neighbours'],
    ['c', 'server'],
  ]);
});

test('a community that hears it keeps it playing, and gets its end when it is taken out of the list', async () => {
  const line = new TestLine('a');
  const sharedWith = ['south'];
  const { clock, ear, sound } = soundUnderTest(line, { a: {} }, { sharedWith: () => sharedWith });
  await clock.advance(500);
  expect(sound.state).toBe('held');
  sound.broadcast.subscribe(ear, () => sharedWith.includes('south'), 'south');
  await clock.advance(500);
  expect([sound.state, sound.broadcast.peersHearing]).toEqual(['playing', ['south']]);
  sharedWith.pop();
  sound.broadcast.narrow();
  await clock.advance(500);
  expect([sound.state, sound.broadcast.peersHearing, ear.ends]).toEqual(['held', [], ['narrowed']]);
});
