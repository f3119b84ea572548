import { pause } from '../voice/audio-meter.ts';
import type { PlaceName } from './guilds.ts';
import { isRefused, type Place, type Said } from './place.ts';
import { broadcast, theOne, things } from './things.ts';
import type { World } from './world.ts';

/** Panels of a guild that is no longer home say so. */
const lastWordsMs = 2_000;

/** The host of the hub makes three guilds home, one of which isn't any more when the counting begins. */
export async function setUp(world: World): Promise<void> {
  const { annex, former, home } = world.places;
  for (const place of [home, annex, former]) await makeHome(world, place);
  await mustSay(home, '/node start');
  for (const thing of things.filter(({ takenInAnnex }) => !takenInAnnex)) await theOne(world, thing);
  for (const name of ['home', 'annex', 'former'] as const)
    world.relics.set(name, await relicsOf(world, name));
  if (world.knows('access', 'server'))
    await asOperator(world, `/access home remove server:${former.guildId}`);
  await pause(lastWordsMs);
  world.takeBaseline();
}

/** In a hub that knows no home guilds every guild is one. */
async function makeHome(world: World, { guildId }: Place): Promise<void> {
  if (!world.knows('access', 'server')) return;
  const offer = await asOperator(world, `/access home add server:${guildId}`);
  await world.places.home.press(offer, 'Confirm');
}

function asOperator({ places: { home } }: World, typed: string): Promise<Said> {
  return home.run(typed, [], home.owner);
}

/** Messages with buttons, such as stand in a channel for long. */
async function relicsOf(world: World, name: PlaceName): Promise<Said[]> {
  const place = world.places[name];
  const id = await theOne(world, broadcast);
  await mustSay(place, `/relay start broadcast:${id} channel:#Lounge`);
  const relics: Said[] = [];
  for (const typed of ['/relay panel', '/broadcast list', '/node status', '/relay status'])
    relics.push(await place.run(typed));
  if (name !== 'former') await place.say('/relay stop');
  return relics;
}

async function mustSay(place: Place, typed: string): Promise<void> {
  const text = await place.say(typed);
  if (isRefused(text)) throw new Error(`${place.name}: ${typed} was refused: ${text}`);
}
