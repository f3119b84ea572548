import { expect, test } from 'vitest';
import type { HeardView } from '../../packages/local-discord/src/contract.ts';
import { Hearing } from '../../packages/local-discord/src/hearing.ts';
import type { HeardFrame } from '../../packages/local-discord/src/voice/contract.ts';

const frame: HeardFrame = {
  speakerId: '7',
  rtpSequence: 1,
  rtpTimestamp: 1,
  arrivedAtMs: 0,
  payload: new Uint8Array(9),
  e2ee: true,
  silence: false,
};
const place = { userId: '1', channelId: '2' };

test('counts what was decrypted, and reports the first frame and each second', () => {
  const reports: HeardView[] = [];
  const hearing = new Hearing((_guildId, heard) => reports.push(heard));
  for (let index = 0; index < 120; index += 1) hearing.count('g', place, frame);
  hearing.count('g', place, { ...frame, silence: true, e2ee: false });
  hearing.count('g', place, { ...frame, e2ee: false });
  expect(hearing.of('g')).toEqual([{ ...place, speakerId: '7', framesDecrypted: 120 }]);
  expect(reports.map(({ framesDecrypted }) => framesDecrypted)).toEqual([1, 50, 100]);
  expect(hearing.of('another')).toEqual([]);
});

test('forgets who was heard longest ago, before they become too many', () => {
  const hearing = new Hearing(() => {});
  for (let speaker = 0; speaker < 250; speaker += 1)
    hearing.count('g', place, { ...frame, speakerId: String(speaker) });
  const heard = hearing.of('g');
  expect(heard).toHaveLength(200);
  expect(heard[0]?.speakerId).toBe('50');
});

test('what a bot passes on is counted apart from what is its own', () => {
  let soundOf: string | undefined;
  const asked: string[] = [];
  const hearing = new Hearing(
    () => {},
    (guildId, speakerId) => {
      asked.push(`${guildId} ${speakerId}`);
      return soundOf;
    },
  );
  hearing.count('g', place, frame);
  soundOf = '8';
  for (let index = 0; index < 3; index += 1) hearing.count('g', place, frame);
  expect(hearing.of('g')).toEqual([
    { ...place, speakerId: '7', framesDecrypted: 1 },
    { ...place, speakerId: '7', soundOf: '8', framesDecrypted: 3 },
  ]);
  expect(new Set(asked)).toEqual(new Set(['g 7']));
});
