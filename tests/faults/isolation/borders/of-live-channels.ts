import type { Place } from '../place.ts';
import { isThere, live, nameOf, theOne } from '../things.ts';
import type { World } from '../world.ts';
import type { Border } from './border.ts';
import { recordedBy, startedId } from './of-sound.ts';

/** What is said in a voice channel of home. */
export const liveBorders: readonly Border[] = [
  {
    name: 'live channel heard',
    unit: 'frames',
    inHome: false,
    storedApart: true,
    count: (world, place) =>
      world.speaker.talkDuring(async () => {
        const id = await theOne(world, live);
        return place.framesOf(`/relay start broadcast:${id} channel:#Lounge`);
      }),
  },
  {
    name: 'live channel recorded',
    unit: 'artifacts',
    storedApart: true,
    count: (world, place) =>
      world.speaker.talkDuring(async () => recordedBy(place, await theOne(world, live), nameOf(world, live))),
  },
  { name: 'live channel tapped', unit: 'broadcasts', storedApart: true, count: tapped },
  {
    name: 'community’s live channel heard',
    unit: 'frames',
    inHome: false,
    annexToo: true,
    count: (world, place) => world.speaker.talkDuring(() => widened(world, place)),
  },
];

/** A place takes its sound from a channel that is none of its own, by its id. */
async function tapped(world: World, place: Place): Promise<number> {
  const { home } = world.places;
  if (await isThere(world, live)) await home.say(`/broadcast stop broadcast:${await theOne(world, live)}`);
  const id = startedId(await place.say(`/broadcast start source:channel:${home.lounge} title:Tap`));
  if (id !== undefined) await place.say(`/broadcast stop broadcast:${id}`);
  return Number(id !== undefined);
}

async function widened(world: World, place: Place): Promise<number> {
  const { home } = world.places;
  if (await isThere(world, live)) await home.say(`/broadcast stop broadcast:${await theOne(world, live)}`);
  const wide = world.knows('broadcast', 'audience') ? ' audience:community' : '';
  const id = startedId(await home.say(`/broadcast start channel:#Lounge title:Everyone${wide}`));
  // Only consents given since count.
  await world.speaker.consent();
  try {
    return await place.framesOf(`/relay start broadcast:${id} channel:#Lounge`);
  } finally {
    await home.say(`/broadcast stop broadcast:${id}`);
  }
}
