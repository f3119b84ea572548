import type { WireOption } from '@guildmesh/local-discord/world/wire-command';
import { ApplicationCommandOptionType as T } from 'discord-api-types/v10';
import { typedForms } from '../../../discord/support/forms.ts';
import { isRefused, type Place } from '../place.ts';
import type { World } from '../world.ts';
import type { Border } from './border.ts';

/** Whatever there is to type, to press and to be shown. */
export const allBorders: readonly Border[] = [
  {
    name: 'suggestions given',
    unit: 'choices',
    annexToo: true,
    count: suggestions,
  },
  {
    name: 'buttons of before obeyed',
    unit: 'presses',
    // Those of an earlier hub process are refused to all.
    storedApart: true,
    annexToo: true,
    count: async ({ relics }, place) => {
      const answers: boolean[] = [];
      for (const relic of relics.get(place.name) ?? [])
        for (const { text } of await place.pressAll(relic)) answers.push(!isRefused(text));
      return answers.filter(Boolean).length;
    },
  },
  {
    name: 'names of home shown',
    unit: 'messages',
    annexToo: true,
    count: async ({ shown }, place) => shown.get(place.guildId) ?? 0,
  },
  {
    name: 'rows stored',
    unit: 'rows',
    annexToo: true,
    count: async (world, { guildId }) => world.rowsSinceBaseline(guildId),
  },
  // The last: at home it ends much of what there is.
  {
    name: 'commands obeyed',
    unit: 'commands',
    annexToo: true,
    count: async (_, place) => {
      let count = 0;
      for (const typed of Object.values(typedForms)) if (!isOtherwise(await place.say(typed))) count++;
      return count;
    },
  },
];

/** Refused because of where it was typed, not because of what was typed. */
function isOtherwise(text: string): boolean {
  return /\b(ACTION_NOT_HOME|DISCORD_GUILD_NOT_ALLOWED)\b/.test(text);
}

/** All but the sentence for strangers, which is a choice where nothing else can be said. */
async function suggestions(world: World, place: Place): Promise<number> {
  const told = await place.say('/node status');
  let count = 0;
  for (const typed of suggestedOptions(world, place)) {
    const choices = await place.choices(typed);
    count += choices.filter(({ name }) => !isOtherwise(told) || !told.includes(name.slice(0, 60))).length;
  }
  return count;
}

/** "/relay start broadcast:" and all others for which something is offered. */
function suggestedOptions({ playground }: World, { guildId }: Place): string[] {
  return playground.world
    .commands(guildId)
    .flatMap(({ name, options = [] }) => options.flatMap((option) => typedOf(`/${name}`, option)));
}

function typedOf(before: string, option: WireOption): string[] {
  if (option.type === T.Subcommand || option.type === T.SubcommandGroup)
    return (option.options ?? []).flatMap((inner) => typedOf(`${before} ${option.name}`, inner));
  return option.autocomplete ? [`${before} ${option.name}:`] : [];
}
