import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import { type BroadcastView, broadcastList } from '#contracts/actions/broadcast.ts';
import { nodePeers } from '#contracts/actions/node.ts';
import type { CommandContext } from '#contracts/command.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import { nameHas } from '#core/text/names.ts';
import { shortPeerId } from './layout.ts';

/** Discord: name and value of a choice. */
const choiceLengthMax = 100;
const choicesMax = 25;

type Choice = APIApplicationCommandOptionChoice<string>;

/** Choices whose name or value contains the typed text. A value too long to send is left out, never cut. */
export function matching(choices: readonly { name: string; value: string }[], typed: string): Choice[] {
  return choices
    .filter(({ value }) => value.length > 0 && value.length <= choiceLengthMax)
    .filter(({ name, value }) => nameHas(`${name}\n${value}`, typed.trim()))
    .slice(0, choicesMax)
    .map(({ name, value }) => ({ name: plain(name), value }));
}

/** Communities by name, with the end of the key, which distinguishes impostors. */
export async function suggestCommunities(
  context: CommandContext,
  typed: string,
  fits: (community: { trusted: boolean; connected: boolean }) => boolean,
): Promise<Choice[]> {
  const { communities } = await context.perform(nodePeers, {});
  const choices = communities.filter(fits).map(({ name, peerId, trusted, connected }) => ({
    name: [name, trusted ? 'trusted' : 'found', connected && 'connected', shortPeerId(peerId)]
      .filter(Boolean)
      .join(' · '),
    value: peerId,
  }));
  return matching(choices, typed);
}

/** Part of the time for suggestions: what is known here must still come in time. */
export const farSuggestionsWaitMs = 1_000;

/** Broadcasts that this server may hear; with `own`, only those of this hub that fit. */
export async function suggestBroadcasts(
  context: CommandContext,
  typed: string,
  { own: fits }: { own?: (broadcast: BroadcastView) => boolean } = {},
): Promise<Choice[]> {
  const { guildId } = context;
  const waitMs = fits ? 0 : farSuggestionsWaitMs;
  const { own, remote } = await context.perform(broadcastList, { guildId, waitMs });
  const ours = own
    .filter(fits ?? (() => true))
    .map(({ id, title }) => ({ name: `${title} · ours`, value: id }));
  const theirs = remote.flatMap(({ community, broadcasts }) =>
    broadcasts.map(({ reference, title }) => ({ name: `${title} · ${community}`, value: reference })),
  );
  return matching(fits ? ours : [...ours, ...theirs], typed);
}

/** Choices show no Markdown, but control and direction characters would disturb the list. */
function plain(name: string): string {
  return cutGraphemes(name.replace(/\p{C}/gu, ''), choiceLengthMax) || '?';
}
