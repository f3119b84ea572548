import { expect, test } from 'vitest';
import { audioCodec, encodeFrames } from '#mesh/protocols/audio/codec.ts';
import { FanOut, type Subscriber, usualFanOut } from '#mesh/protocols/audio/fan-out.ts';
import { FrameEncoder } from '#mesh/protocols/audio/frame-encoder.ts';
import { testFrame } from '../../support/broadcasts.ts';

const fanOut = new FanOut({ ...usualFanOut, directMax: 2, rebroadcastMax: 1 });
const hub = (peerId: string, rebroadcast: number): Subscriber => ({
  peerId,
  request: { broadcast: 'radio', rebroadcast },
  redirectCount: 0,
});

test('few subscribers get each frame at once, many get two or three together', () => {
  expect([1, 64, 65, 96, 97, 256].map((count) => fanOut.framesPerSend(count))).toEqual([1, 1, 2, 2, 3, 3]);
});

test('hubs are named in turn, by what they offer, without those that failed and those that offer nothing', () => {
  const live = [hub('a', 1), hub('b', 2), hub('none', 0)];
  const first = () => fanOut.hubs(live, { broadcast: 'radio' }, 'asker')[0];
  expect([first(), first(), first()].sort()).toEqual(['a', 'b', 'b']);
  expect(fanOut.hubs(live, { broadcast: 'radio', without: ['b'] }, 'asker')).toEqual(['a']);
  expect(fanOut.hubs(live, { broadcast: 'other' }, 'asker')).toEqual([]);
  expect(fanOut.hubs(live, { broadcast: 'radio' }, 'a')).toEqual(['b']);
});

test('frames together are what they are one by one, and the same bytes for all', () => {
  const frames = [testFrame(1), testFrame(2, 3), testFrame(3, 1_300)];
  const together = encodeFrames(frames);
  expect(Buffer.from(together)).toEqual(
    Buffer.concat(frames.map((frame) => audioCodec.encode({ type: 'frame', frame }))),
  );
  expect([...audioCodec.decoder().read(together)]).toEqual(frames.map((frame) => ({ type: 'frame', frame })));
  const encoder = new FrameEncoder();
  expect(encoder.bytesOf(frames)).toBe(encoder.bytesOf([...frames]));
  expect(encoder.bytesOf(frames.slice(1))).not.toEqual(together);
});
