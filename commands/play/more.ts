import {
  type PlayerView,
  playableLengthMax,
  playerConfigure,
  playerFavourite,
  playerShuffle,
  playerStatus,
  playerStop,
} from '#contracts/actions/player.ts';
import type { CommandContext, ControlHandler, Form, FormHandler, View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { commandErrors } from '../errors.ts';
import { button, buttons, card, lines } from '../layout.ts';
import { showPanel } from '../relay/panel.ts';
import { libraryField } from './add.ts';
import { loopWords } from './card-view.ts';
import { doneView, stopView } from './deed-view.ts';
import { showQueue } from './queue.ts';

const volumeStepPercent = 10;
const volumeMaxPercent = 200;
const titleLengthMax = 80;

type Choice = (context: CommandContext, player: PlayerView) => Promise<View>;

/** What the select *More* of a card offers; each answers the one who picked, the card changes for all. */
const choices: Readonly<Record<string, Choice>> = {
  louder: (context, { volumePercent }) =>
    setVolume(context, Math.min(volumeMaxPercent, volumePercent + volumeStepPercent)),
  quieter: (context, { volumePercent }) => setVolume(context, Math.max(0, volumePercent - volumeStepPercent)),
  'loop-one': (context) => setLoop(context, 'one'),
  'loop-all': (context) => setLoop(context, 'all'),
  'loop-off': (context) => setLoop(context, 'off'),
  shuffle: async (context) => {
    await context.perform(playerShuffle, { guildId: context.guildId });
    return showQueue(context);
  },
  rest: async (context, player) => restView(context, player),
  favourite: (context, player) => keepFavourite(context, player),
  details: async (context, { channelId }) => {
    if (channelId === undefined) throw commandErrors.DISCORD_NO_PLAYER();
    return (await showPanel(context, channelId)).view;
  },
  stop: async (context) => stopView(context, await context.perform(playerStop, { guildId: context.guildId })),
};

export const moreControls: Readonly<Record<string, ControlHandler>> = {
  more: async (context, { values: [choice = ''] }) => {
    const { player } = await context.perform(playerStatus, { guildId: context.guildId });
    const chosen = choices[choice];
    if (!player || !chosen) throw commandErrors.DISCORD_NO_PLAYER();
    return chosen(context, player);
  },
  unfavour: async (context, { data: itemId }) => {
    const { guildId } = context;
    const { title } = await context.perform(playerFavourite, { guildId, itemId, keep: false });
    return doneView('Taken out of the favourites', `**${inert(title, titleLengthMax)}**`);
  },
};

async function setVolume(context: CommandContext, volumePercent: number): Promise<View> {
  const { guildId } = context;
  const { player } = await context.perform(playerConfigure, { guildId, volumePercent });
  return doneView(`Volume ${player.volumePercent} %`, 'For everyone who listens in this server.');
}

async function setLoop(context: CommandContext, loop: PlayerView['loop']): Promise<View> {
  const { player } = await context.perform(playerConfigure, { guildId: context.guildId, loop });
  return doneView('Changed', `From now on ${loopWords[player.loop]}.`);
}

async function keepFavourite(context: CommandContext, { item }: PlayerView): Promise<View> {
  if (!item) throw commandErrors.DISCORD_NO_PLAYER();
  const { guildId } = context;
  const { title } = await context.perform(playerFavourite, { guildId, itemId: item.id, keep: true });
  return card('good', [
    lines('### Among the favourites', `**${inert(title, titleLengthMax)}** is suggested first from now on.`),
    buttons(button('Take it out', context.customId('unfavour', item.id))),
  ]);
}

/** A select can’t open a window, a button can. */
function restView(context: CommandContext, { resting }: PlayerView): View {
  return card('plain', [
    lines(
      '### When nothing is queued',
      resting === undefined ? 'Nothing plays then.' : `**${inert(resting, titleLengthMax)}** plays then.`,
      'A radio or a folder keeps the bot in the channel day and night.',
    ),
    buttons(button('Choose', context.customId('rest'))),
  ]);
}

export async function restForm(context: CommandContext): Promise<Form> {
  const { player } = await context.perform(playerStatus, { guildId: context.guildId });
  return {
    name: 'rest',
    title: 'When nothing is queued',
    fields: [
      {
        name: 'what',
        style: 'line',
        label: 'A radio, a folder, a title',
        help: 'Left empty, nothing plays then.',
        required: false,
        lengthMax: playableLengthMax,
        ...(player?.resting === undefined ? {} : { value: player.resting }),
      },
      ...(await libraryField(context)),
    ],
  };
}

export const restSubmitted: FormHandler = async (context, { fields }) => {
  const resting = fields.pick ?? fields.what?.trim() ?? '';
  const { player } = await context.perform(playerConfigure, { guildId: context.guildId, resting });
  return doneView(
    'Changed',
    player.resting === undefined
      ? 'Nothing plays while nothing is queued.'
      : `**${inert(player.resting, titleLengthMax)}** plays while nothing is queued.`,
  );
};
