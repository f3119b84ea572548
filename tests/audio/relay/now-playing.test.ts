import { expect, test } from 'vitest';
import { lookMs, NowPlaying } from '#audio/relay/now-playing.ts';
import { PacketRate } from '#audio/relay/packet-rate.ts';
import { silentLogger } from '#core/logger.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function start() {
  const clock = new FakeClock();
  const said: string[] = [];
  const playing = new Map<string, { guildId: string; title: string }>();
  const board = {
    setStatus: async (_guild: string, channelId: string, text: string | undefined) =>
      void said.push(`${channelId}: ${text ?? '-'}`),
  };
  const now = new NowPlaying({ board, clock, logger: silentLogger(), playing: () => playing });
  now.start();
  return { clock, said, playing, now };
}

test('a channel’s status follows the title, is written once for each, and cleared afterwards', async () => {
  const { clock, said, playing } = start();
  playing.set('7', { guildId: '1', title: 'One' });
  await clock.advance(lookMs * 3);
  expect(said).toEqual(['7: One']);
  playing.set('7', { guildId: '1', title: 'Two' });
  await clock.advance(lookMs);
  playing.clear();
  await clock.advance(lookMs * 2);
  expect(said).toEqual(['7: One', '7: Two', '7: -']);
});

test('what was written is cleared when the relay is stopped, and when the hub is', async () => {
  const { clock, said, playing, now } = start();
  for (const channelId of ['7', '8']) playing.set(channelId, { guildId: '1', title: 'One' });
  await clock.advance(lookMs);
  await now.clear('7');
  expect(said.slice(2)).toEqual(['7: -']);
  await now.stop();
  expect(said.slice(3)).toEqual(['8: -']);
  await clock.advance(lookMs * 3);
  expect(said).toHaveLength(4);
});

test('packets a second: over some seconds, never above 50, counted again after a rejoin', () => {
  const rate = new PacketRate();
  expect(rate.read(100, 0)).toBeUndefined();
  expect(rate.read(150, 1_000)).toBeUndefined();
  expect(rate.read(300, 5_000)).toBe(40);
  expect(rate.read(310, 5_500)).toBe(40);
  expect(rate.read(900, 10_000)).toBe(50);
  expect(rate.read(3, 11_000)).toBeUndefined();
});
