import { expect, test } from 'vitest';
import { PlayingLine } from '#audio/relay/playing-line.ts';
import type { Frame, Playing } from '#contracts/audio.ts';

const begins = (sequence: number, title: string, streamId = 1): Playing => ({
  ...{ streamId, sequence, name: 'Evening', title },
});

function frames(
  line: PlayingLine,
  from: number,
  count: number,
  playing: Playing | undefined,
  streamId = 1,
): void {
  for (let index = 0; index < count; index++) {
    const frame: Frame = {
      ...{ streamId, sequence: (from + index) >>> 0, captureTimeMs: 0, payload: new Uint8Array() },
      ...(playing && { playing }),
    };
    line.frame(frame);
  }
}

test('says what plays with the frame that is heard, not with the newest', () => {
  const line = new PlayingLine();
  expect(line.at(undefined)).toBeUndefined();
  frames(line, 0, 100, begins(0, 'one'));
  frames(line, 100, 100, begins(100, 'two'));
  expect(line.at(undefined)?.title).toBe('two');
  expect(line.at({ streamId: 1, sequence: 99 })?.title).toBe('one');
  expect(line.at({ streamId: 1, sequence: 100 })?.title).toBe('two');
  expect(line.at({ streamId: 2, sequence: 5 })).toBeUndefined();
});

test('goes on over the end of the numbers, and with another start', () => {
  const line = new PlayingLine();
  frames(line, 2 ** 32 - 10, 20, begins(2 ** 32 - 10, 'late'));
  expect(line.at({ streamId: 1, sequence: 3 })?.title).toBe('late');
  frames(line, 0, 5, begins(0, 'anew', 2), 2);
  expect(line.at({ streamId: 1, sequence: 3 })?.title).toBe('late');
  expect(line.at({ streamId: 2, sequence: 0 })?.title).toBe('anew');
});

test('forgets what was said once the frames say nothing any more', () => {
  const line = new PlayingLine();
  frames(line, 0, 10, begins(0, 'one'));
  frames(line, 10, 10, undefined);
  expect(line.at({ streamId: 1, sequence: 9 })?.title).toBe('one');
  expect(line.at({ streamId: 1, sequence: 10 })).toBeUndefined();
});

test('knows what began long ago, however much came since, and no more than it keeps', () => {
  const line = new PlayingLine();
  for (let song = 0; song < 100; song++) frames(line, song * 50, 50, begins(song * 50, `song ${song}`));
  expect(line.at({ streamId: 1, sequence: 99 * 50 + 49 })?.title).toBe('song 99');
  expect(line.at({ streamId: 1, sequence: 90 * 50 })?.title).toBe('song 90');
  expect(line.at({ streamId: 1, sequence: 0 })).toBeUndefined();
});
