import { type APIComponentInContainer, ButtonStyle, ChannelType, ComponentType } from 'discord-api-types/v10';
import type { Played, PlayerView } from '#contracts/actions/player.ts';
import type { RelayView } from '#contracts/actions/relay.ts';
import type { CommandContext, PanelContext, View } from '#contracts/command.ts';
import { inert, inertSentence } from '#core/text/inert.ts';
import { button, buttons, card, count, lines, select } from '../layout.ts';
import { itemLine, titleOf } from './words.ts';

type Outcome<Name extends Played['outcome']> = Extract<Played, { outcome: Name }>;

const nameLengthMax = 60;
const leftOutLengthMax = 200;

/** One line for a channel that has the card already. */
export function addedView(
  { mention }: PanelContext,
  { behind, items, position, leftOut, player }: Outcome<'queued'>,
): View {
  const [first] = items;
  const place = position > 0 ? `It is number ${position} in the queue.` : behind ? '' : 'It plays now.';
  const several = items.length > 1 ? `, the first of ${count(items.length, 'entry', 'entries')}` : '';
  return card('good', [
    lines(
      '### Added',
      first && `${itemLine(first)}${several}`,
      player.state === 'paused' && position > 0 ? `${place} The music is paused.` : place,
      behind &&
        `**${inert(behind.title, nameLengthMax)}** plays in <#${behind.channelId}> for others, too. The queue waits until that is over, or a DJ says ${mention('stop')} and ${mention('play')}.`,
      leftOut && `-# ${inertSentence(leftOut, leftOutLengthMax)}`,
    ),
  ]);
}

export function resumedView({ item }: PlayerView): View {
  return card('good', [lines('### The music goes on', item && `**${titleOf(item)}**`)]);
}

/** Discord: options of a select. */
const choicesMax = 25;

export function pickChannelView(
  context: CommandContext,
  channels: Outcome<'pick-channel'>['channels'],
  draftId: string,
): View {
  const id = context.customId('pick-channel', draftId);
  const picker: APIComponentInContainer =
    channels.length > 0 && channels.length <= choicesMax
      ? select(
          id,
          'Choose a channel',
          channels.map((channel) => ({ value: channel.id, label: channel.name })),
        )
      : {
          type: ComponentType.ActionRow,
          components: [
            {
              type: ComponentType.ChannelSelect,
              custom_id: id,
              placeholder: 'Choose a channel',
              channel_types: [ChannelType.GuildVoice, ChannelType.GuildStageVoice],
            },
          ],
        };
  return card('waiting', [
    lines('### Where should it play?', 'You are in no voice channel, and there are several.'),
    picker,
  ]);
}

export function confirmView(context: CommandContext, relay: RelayView, draftId: string): View {
  return card('waiting', [
    lines(
      '### Play this instead?',
      `**${inert(relay.title, nameLengthMax)}** plays in <#${relay.channelId}>, started with ${context.mention('relay start')}. It would end.`,
    ),
    buttons(button('Play this instead', context.customId('replace', draftId), ButtonStyle.Danger)),
  ]);
}
