import { ButtonStyle } from 'discord-api-types/v10';
import type { z } from 'zod';
import type { playerShareList } from '#contracts/actions/player-sharing.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { inert, inertSentence } from '#core/text/inert.ts';
import { button, buttons, card, lines, type Selectable, select } from '../layout.ts';

type ShareList = z.output<typeof playerShareList.output>;
type Community = ShareList['communities'][number];

/** Discord: options of a select. */
const listedMax = 25;
const namesShownMax = 10;
const nameLengthMax = 60;
const saidLengthMax = 160;

/** The communities that hear the player: to add one and to end it. Nobody but the one who is picked is added. */
export function shareView(
  context: CommandContext,
  { nodeRuns, communities }: ShareList,
  said: readonly string[] = [],
): View {
  const shared = communities.filter((community) => community.shared);
  const others = communities.filter((community) => !community.shared);
  const names = shared.slice(0, namesShownMax).map(({ name }) => `**${inert(name, nameLengthMax)}**`);
  return card(shared.length > 0 ? 'good' : 'plain', [
    lines(
      '### Share what plays here',
      ...said.map((sentence) => inertSentence(sentence, saidLengthMax)),
      shared.length === 0
        ? 'Only this server hears it.'
        : `Shared with ${names.join(', ')}${shared.length > names.length ? ` and ${shared.length - names.length} more` : ''}.`,
      others.some(({ trusted }) => !trusted)
        ? 'A community that isn’t verified yet shows six words; its people read out the same. Choosing it allows it.'
        : undefined,
      others.length > listedMax ? `-# ${others.length - listedMax} more aren’t listed here.` : undefined,
      communities.length === 0 && nodeRuns
        ? 'No other community is found in this network yet. Is its bot running and connected?'
        : undefined,
      nodeRuns ? undefined : 'We aren’t connected to other communities, so none can be found.',
    ),
    ...(others.length > 0
      ? [select(context.customId('share-with'), 'Share with …', others.map(optionOf), listedMax)]
      : []),
    ...(shared.length > 0
      ? [select(context.customId('unshare'), 'Stop sharing with …', shared.map(optionOf), listedMax)]
      : []),
    buttons(
      nodeRuns
        ? button('Look again', context.customId('share-look'))
        : button('Connect', context.customId('share-connect'), ButtonStyle.Primary),
    ),
  ]);
}

function optionOf({ peerId, name, trusted, words }: Community): Selectable {
  return { value: peerId, label: name, help: trusted ? 'allowed' : `unverified · ${words}` };
}

/** `who`: the people who may. */
export function notYoursView(who: string): View {
  return card('plain', [
    lines('### Sharing is for managers', 'They choose which communities hear what plays here.', who),
  ]);
}
