import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import { broadcastList, sourceList } from '#contracts/actions/broadcast.ts';
import type { CommandContext } from '#contracts/command.ts';
import { matching } from '../suggestions.ts';

const SEARCH_LENGTH_MAX = 200;

/** What a broadcast can start from by name: the library first, then what other communities broadcast. */
export async function suggestSources(
  context: CommandContext,
  typed: string,
): Promise<APIApplicationCommandOptionChoice<string>[]> {
  const search = typed.trim().slice(0, SEARCH_LENGTH_MAX);
  const [{ sources }, { remote }] = await Promise.all([
    context.perform(sourceList, { guildId: context.guildId, search }),
    context.perform(broadcastList, { guildId: context.guildId }),
  ]);
  const named = sources.map(({ source, title, short }) => ({ name: title, value: short ?? source }));
  const theirs = remote.flatMap(({ community, broadcasts }) =>
    broadcasts.map(({ reference, title }) => ({
      name: `${title} · ${community}`,
      value: `broadcast:${reference}`,
    })),
  );
  return matching([...matching(named, ''), ...matching(theirs, typed)], '');
}
