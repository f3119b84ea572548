import { type APIComponentInContainer, ButtonStyle, ChannelType, ComponentType } from 'discord-api-types/v10';
import type { NeighbourView, Played, PlayerView } from '#contracts/actions/player.ts';
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
  _context: PanelContext,
  { items, position, leftOut, player }: Outcome<'queued'>,
): View {
  const [first] = items;
  const place = position === 0 ? 'It plays now.' : `It is number ${position} in the queue.`;
  const several = items.length > 1 ? `, the first of ${count(items.length, 'entry', 'entries')}` : '';
  return card('good', [
    lines(
      '### Added',
      first && `${itemLine(first)}${several}`,
      player.state === 'paused' && position > 0 ? `${place} The music is paused.` : place,
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

/** Until it is found, or the wait is over. */
export function lookingView(): View {
  return card('waiting', [lines('### Looking for it …', 'This can take some seconds.')]);
}

export interface NeighbourSteps {
  draftId: string;
  /** The people who may allow it, where the asker may not. */
  managers: string;
}

/** What stands between a neighbour and being heard here, and the step that this reader can take. */
export function neighbourView(
  context: CommandContext,
  { name, words, state, mayAllow }: NeighbourView,
  { draftId, managers }: NeighbourSteps,
): View {
  const called = inert(name, nameLengthMax);
  const { headline, text, press } = neighbourWords[state];
  const offered = press();
  const isOthers = offered.isManagers && !mayAllow;
  return card('waiting', [
    lines(
      `### ${headline(called)}`,
      text(called),
      state === 'not-allowed' && words !== ''
        ? `Not verified yet. Its people read out the same six words: **${inert(words, 120)}**`
        : undefined,
      isOthers ? managers : undefined,
    ),
    ...(isOthers
      ? []
      : [buttons(button(offered.label, context.customId(offered.control, draftId), ButtonStyle.Primary))]),
  ]);
}

interface Press {
  label: string;
  control: string;
  isManagers: boolean;
}

const again: Press = { label: 'Look again', control: 'again', isManagers: false };

const neighbourWords: Record<
  NeighbourView['state'],
  { headline(name: string): string; text(name: string): string; press(): Press }
> = {
  unknown: {
    headline: () => 'We aren’t connected to other communities',
    text: (name) => `So **${name}** can’t be found, and can’t find us.`,
    press: () => ({ label: 'Connect and look', control: 'connect', isManagers: true }),
  },
  absent: {
    headline: (name) => `${name} isn’t found yet`,
    text: () => 'Is its bot running and connected, and is it in this network?',
    press: () => again,
  },
  'not-allowed': {
    headline: (name) => `${name} is here, and isn’t allowed yet`,
    text: (name) => `Allowed, **${name}** may hear what is shared with it, and be heard here.`,
    press: () => ({ label: 'Allow and play', control: 'allow', isManagers: true }),
  },
  'not-allowing': {
    headline: (name) => `${name} doesn’t share with us yet`,
    text: () => 'Our side is done. Somebody there presses **Share** on the card and chooses our community.',
    press: () => again,
  },
  silent: {
    headline: (name) => `${name} plays nothing for us now`,
    text: () => 'It may be heard here, and shares nothing at the moment.',
    press: () => again,
  },
};
