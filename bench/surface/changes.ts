import { ids } from '#demo/north-and-south.ts';
import { median, type Row } from './row.ts';
import { highHz, lowHz, makeTone, toneDetector } from './tones.ts';
import { betweenCommandsMs, frames, heard, pause, say, type, until, type World, withWorld } from './world.ts';

const rounds = 5;
const timeoutMs = 15_000;
const songSeconds = 120;
/** Nothing but silence for so long: it is paused. */
const quietMs = 800;

/** From Enter until the change is heard in the channel at home: the next song after a skip, silence after a pause. */
export function changes(): Promise<Row[]> {
  return withWorld(
    async (libraryDir) => {
      await makeTone(libraryDir, 'low.opus', lowHz, songSeconds);
      await makeTone(libraryDir, 'high.opus', highHz, songSeconds);
    },
    async (world) => {
      await world.north.start();
      return [...(await measure(world))];
    },
  );
}

async function measure({ playground }: World): Promise<Row[]> {
  const noor = playground.as(ids.noor, ids.northGuild);
  const listener = await noor.listen(ids.northLounge);
  const isTone = await toneDetector();
  const tones = Array.from({ length: rounds + 1 }, (_, index) => (index % 2 === 0 ? lowHz : highHz));
  for (const hertz of tones) {
    await say(noor, `/play what:${hertz === lowHz ? 'low.opus' : 'high.opus'}`);
    await pause(betweenCommandsMs);
  }
  const skips: number[] = [];
  for (const hertz of tones.slice(1)) {
    const enterMs = performance.now();
    const next = heard(listener, timeoutMs, (frame) => isTone(frame, hertz), 3);
    await Promise.all([next, type(noor, '/skip').then((answer) => answer.settled())]);
    skips.push((await next).firstMs - enterMs);
    await pause(betweenCommandsMs);
  }
  const pauses: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await frames(listener, 25, timeoutMs);
    let lastMs = performance.now();
    const stop = listener.onFrame(({ silence }) => {
      if (!silence) lastMs = performance.now();
    });
    const enterMs = performance.now();
    await (await type(noor, '/pause')).settled();
    await until('silence', () => performance.now() - lastMs > quietMs || undefined);
    stop();
    pauses.push(Math.max(0, lastMs - enterMs));
    await pause(betweenCommandsMs);
    await say(noor, '/play');
    await pause(betweenCommandsMs);
  }
  return [rowOf('skip heard at home', skips), rowOf('pause heard at home', pauses)];
}

function rowOf(what: string, values: readonly number[]): Row {
  const all = values.map((value) => value.toFixed(0)).join(', ');
  return { what, value: median(values), unit: 'ms', most: 500, note: `median of ${all}` };
}
