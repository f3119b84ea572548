import { isRefused, type Place } from '../place.ts';
import type { World } from '../world.ts';
import type { Border } from './border.ts';

/** The library's file is a copy of the sample, and is shown by its tags. */
const titlePattern = /guildmesh sample/i;

/** What `/play` fills: each server has its own, and no other hears, ends or shares it. */
export const playerBorders: readonly Border[] = [
  {
    name: 'player heard',
    unit: 'frames',
    storedApart: true,
    count: async (world, place) => {
      await playAtHome(world);
      return place.framesOf(`/relay start broadcast:${world.playerId()} channel:#Lounge`);
    },
  },
  { name: 'player stopped', unit: 'stops', storedApart: true, count: stopped },
  {
    name: 'queue listed',
    unit: 'titles',
    storedApart: true,
    count: async (world, place) => {
      await playAtHome(world);
      return Number(titlePattern.test(await place.say('/queue')));
    },
  },
  {
    name: 'sharing offered',
    unit: 'lists',
    storedApart: true,
    count: async (world, place) => {
      await playAtHome(world);
      const card = await place.run('/nowplaying');
      const list = titlePattern.test(card.text) ? await place.press(card, 'Share') : undefined;
      return Number(list !== undefined && !isRefused(list.text));
    },
  },
];

async function playAtHome({ libraryFile, places: { home } }: World): Promise<void> {
  const text = await home.say(`/play what:${libraryFile} channel:#Lounge`);
  if (isRefused(text)) throw new Error(`home can’t play: ${text}`);
}

/** By anybody who may: home's goes on where another server stops its own. */
async function stopped(world: World, place: Place): Promise<number> {
  await playAtHome(world);
  const before = await world.places.home.say('/nowplaying');
  await place.say('/stop');
  const after = await world.places.home.say('/nowplaying');
  return Number(titlePattern.test(before) && !isPlaying(after) && isPlaying(before));
}

function isPlaying(card: string): boolean {
  return !/stopped|nothing/i.test(card);
}
