import { ids } from '#demo/north-and-south.ts';
import type { Row } from './row.ts';
import { makeTone } from './tones.ts';
import { betweenCommandsMs, frames, pause, say, type, type World, withWorld } from './world.ts';

const watchedMs = 70_000;
const windowMs = 60_000;
/** Shorter than people's songs: the card changes more often than anybody's does. */
const songSeconds = 8;
const songCount = 10;

/** How often the local Discord saw the card edited in a minute, while songs change and somebody listens. */
export function edits(): Promise<Row[]> {
  return withWorld(
    async (libraryDir) => {
      for (let song = 0; song < songCount; song++)
        await makeTone(libraryDir, `song ${song}.opus`, 300 + 50 * song, songSeconds);
    },
    async (world) => {
      await world.north.start();
      return measure(world);
    },
  );
}

async function measure({ playground }: World): Promise<Row[]> {
  const noor = playground.as(ids.noor, ids.northGuild);
  const listener = await noor.listen(ids.northLounge);
  const card = await (await type(noor, '/play what:"song 0.opus"')).settled();
  for (let song = 1; song < songCount; song++) {
    await pause(betweenCommandsMs);
    await say(noor, `/play what:"song ${song}.opus"`);
  }
  await frames(listener, 50, 15_000);
  const atMs: number[] = [];
  let cardCount = 0;
  const stop = playground.subscribe((event) => {
    if (event.type !== 'message-edit' || event.channelId !== card.channel_id) return;
    atMs.push(performance.now());
    if (event.message.id === card.id) cardCount++;
  });
  await pause(watchedMs);
  stop();
  await say(noor, '/stop');
  const most = Math.max(
    0,
    ...atMs.map((from) => atMs.filter((at) => at >= from && at < from + windowMs).length),
  );
  const note = `in any minute of ${watchedMs / 1_000} s with a song every ${songSeconds} s; ${cardCount} of ${atMs.length} edits were of the card`;
  return [{ what: 'edits of the card, per minute and channel', value: most, unit: '/min', most: 6, note }];
}
