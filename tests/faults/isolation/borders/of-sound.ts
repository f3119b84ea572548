import { pause } from '../../voice/audio-meter.ts';
import type { Place } from '../place.ts';
import { broadcast, nameOf, theOne } from '../things.ts';
import type { World } from '../world.ts';
import type { Border } from './border.ts';

const recordMs = 1_500;
const looksMax = 6;
const lookEveryMs = 300;

/** What is heard, recorded and moved on. */
export const soundBorders: readonly Border[] = [
  {
    name: 'library listed',
    unit: 'titles',
    annexToo: true,
    count: async ({ libraryFile }, place) => {
      const choices = await place.choices('/broadcast start source:');
      return choices.filter(({ value }) => String(value).includes(libraryFile)).length;
    },
  },
  {
    name: 'library played',
    unit: 'frames',
    annexToo: true,
    count: async ({ libraryFile }, place) => {
      const id = startedId(await place.say(`/broadcast start source:${libraryFile} title:Library`));
      if (id === undefined) return 0;
      const frames = await place.framesOf(`/relay start broadcast:${id} channel:#Lounge`);
      await place.say(`/broadcast stop broadcast:${id}`);
      return frames;
    },
  },
  {
    name: 'broadcast heard',
    unit: 'frames',
    annexToo: true,
    count: async (world, place) => {
      const id = await theOne(world, broadcast);
      return place.framesOf(`/relay start broadcast:${id} channel:#Lounge`);
    },
  },
  {
    name: 'broadcast recorded',
    unit: 'artifacts',
    annexToo: true,
    count: async (world, place) => {
      const id = await theOne(world, broadcast);
      // A broadcast has one recording at a time.
      await world.places.home.say(`/broadcast record stop recording:${id}`);
      return recordedBy(place, id, nameOf(world, broadcast));
    },
  },
  { name: 'broadcast moved on', unit: 'presses', storedApart: true, count: movedOn },
];

/** The id on a broadcast's card. */
export function startedId(card: string): string | undefined {
  return /\/relay start broadcast:([\w-]+)/.exec(card)?.[1];
}

/** Recordings that became artifacts of the place's own guild. */
export async function recordedBy(place: Place, id: string, title: string): Promise<number> {
  // Typed otherwise each time: the same question has the same answer for a moment.
  const kept = async (look: number) => {
    const choices = await place.choices(`/archive artifact artifact:${title.slice(0, title.length - look)}`);
    return choices.filter(({ name }) => name.includes(title)).length;
  };
  const before = await kept(0);
  await place.say(`/broadcast record start broadcast:${id}`);
  await pause(recordMs);
  await place.say(`/broadcast record stop recording:${id}`);
  for (let look = 1; look < looksMax; look++) {
    const now = await kept(look);
    if (now > before) return now - before;
    await pause(lookEveryMs);
  }
  return 0;
}

/** By the button of a panel that follows the place's own relay. */
async function movedOn({ libraryFile, places }: World, place: Place): Promise<number> {
  const card = await places.home.run(`/broadcast start source:${libraryFile} second:sample title:Mover`);
  const id = startedId(card.text);
  try {
    await place.say(`/relay start broadcast:${id} channel:#Lounge`);
    await place.press(await place.run('/relay panel'), 'Next source');
    const now = await places.home.press(card, 'Refresh');
    return Number(now?.text.includes('somebody asked for the next one') ?? false);
  } finally {
    await place.say('/relay stop');
    await places.home.say(`/broadcast stop broadcast:${id}`);
  }
}
