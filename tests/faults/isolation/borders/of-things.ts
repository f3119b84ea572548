import { isThere, nameOf, type Thing, theOne, things } from '../things.ts';
import type { Border } from './border.ts';

/** Each thing is seen, and taken away. */
export const thingBorders: readonly Border[] = things.flatMap((thing) => [listed(thing), ...taken(thing)]);

function listed(thing: Thing): Border {
  return {
    name: `${thing.what} listed`,
    unit: 'titles',
    annexToo: thing.listedInAnnex === true,
    storedApart: !thing.listedInAnnex,
    count: async (world, place) => {
      await theOne(world, thing);
      const name = nameOf(world, thing);
      const text = thing.list ? await place.say(thing.list) : '';
      const choices = await place.choices(thing.suggest);
      return Number(text.includes(name)) + choices.filter((choice) => choice.name.includes(name)).length;
    },
  };
}

function taken(thing: Thing): Border[] {
  const { take } = thing;
  if (!take) return [];
  return [
    {
      name: `${thing.what} ended`,
      unit: 'things',
      annexToo: thing.takenInAnnex === true,
      storedApart: !thing.takenInAnnex,
      count: async (world, place) => {
        await place.say(take(await theOne(world, thing)));
        return Number(!(await isThere(world, thing)));
      },
    },
  ];
}
