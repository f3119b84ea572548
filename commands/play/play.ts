import { playerPlay } from '#contracts/actions/player.ts';
import type { CommandContext, ControlHandler, View } from '#contracts/command.ts';
import { cardOf } from './card.ts';
import { neighbourAnswer, neighbourControls } from './neighbour.ts';
import { addedView, confirmView, pickChannelView, resumedView } from './outcome-view.ts';
import { relayedView } from './relayed-view.ts';
import { keptWish, type Wish } from './wish.ts';

/** Plays or queues, and shows what came of it; what has to be asked first is a button or a select in the answer. */
export async function play(context: CommandContext, wanted: Wish): Promise<View> {
  const { guildId } = context;
  const played = await context.perform(playerPlay, { guildId, waitMs: 0, ...wanted });
  const later = (change: Partial<Wish> = {}) => context.keep({ ...wanted, ...change });
  switch (played.outcome) {
    case 'queued':
      return played.behind || (played.position > 0 && cardIsHere(context))
        ? addedView(context, played)
        : withCard(context, played);
    case 'resumed':
      return cardIsHere(context) ? resumedView(played.player) : cardOf(context, played.player);
    case 'relayed':
      return relayedView(context, played.relay);
    case 'neighbour':
      return neighbourAnswer(context, wanted, played, play);
    case 'pick-channel':
      return pickChannelView(context, played.channels, await later());
    case 'confirm':
      return confirmView(context, played.relay, await later({ replace: true }));
  }
}

/** The card is in this channel already, and changes there on its own: one line is enough. */
function cardIsHere({ actor, guildId, panelChannelId }: CommandContext): boolean {
  const channelId = panelChannelId('card', guildId);
  return channelId !== undefined && channelId === actor.channelId;
}

async function withCard(context: CommandContext, played: Parameters<typeof addedView>[1]): Promise<View> {
  const view = await cardOf(context, played.player);
  if (played.position === 0 && played.leftOut === undefined) return view;
  // Beside a card that moves here, what was added must be said: the card shows what plays now.
  return { ...view, components: [...addedView(context, played).components, ...view.components] };
}

export const playControls: Readonly<Record<string, ControlHandler>> = {
  'pick-channel': async (context, { data, values: [channelId] }) =>
    play(context, { ...(await keptWish(context, data)), ...(channelId === undefined ? {} : { channelId }) }),
  replace: async (context, { data }) => play(context, await keptWish(context, data)),
  ...neighbourControls(play),
};
