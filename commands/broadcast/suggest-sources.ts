import { broadcastList, sourceList } from '#contracts/actions/broadcast.ts';
import type { CommandContext, Suggestions } from '#contracts/command.ts';
import { farSuggestionsWaitMs, matching } from '../suggestions.ts';

const searchLengthMax = 200;

/** Sources that a broadcast can start from by name: the library first, then other communities' broadcasts. */
export function suggestSources(context: CommandContext, typed: string): Suggestions {
  return [suggestLibrary(context, typed), suggestFar(context, typed)];
}

async function suggestLibrary(context: CommandContext, typed: string) {
  const search = typed.trim().slice(0, searchLengthMax);
  const { sources } = await context.perform(sourceList, { guildId: context.guildId, search });
  return matching(
    sources.map(({ source, title, short }) => ({ name: title, value: short ?? source })),
    '',
  );
}

async function suggestFar(context: CommandContext, typed: string) {
  const { guildId } = context;
  const { remote } = await context.perform(broadcastList, { guildId, waitMs: farSuggestionsWaitMs });
  const theirs = remote.flatMap(({ community, broadcasts }) =>
    broadcasts.map(({ reference, title }) => ({
      name: `${title} · ${community}`,
      value: `broadcast:${reference}`,
    })),
  );
  return matching(theirs, typed);
}
