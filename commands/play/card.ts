import {
  type PlayerView,
  playerCover,
  playerPause,
  playerResume,
  playerSkip,
  playerStatus,
} from '#contracts/actions/player.ts';
import type { ControlHandler, PanelContext, PanelHandler, View, ViewFile } from '#contracts/command.ts';
import { cardView, nothingView } from './card-view.ts';

const extensions = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' } as const;

/** The card of the player, with its cover. */
export async function cardOf(context: PanelContext, player: PlayerView): Promise<View> {
  return cardView(context, player, await coverOf(context, player));
}

export async function showCard(context: PanelContext): Promise<View> {
  const { player } = await context.perform(playerStatus, { guildId: context.guildId });
  return player ? cardOf(context, player) : nothingView(context);
}

export const cardPanel: PanelHandler = async (context) => {
  const view = await showCard(context);
  return { view, over: view.panel === undefined };
};

async function coverOf(context: PanelContext, { item, state }: PlayerView): Promise<ViewFile | undefined> {
  const coverId = item?.coverId;
  if (coverId === undefined || state === 'resting' || state === 'empty') return undefined;
  try {
    const { picture } = await context.perform(playerCover, { guildId: context.guildId, coverId });
    if (!picture) return undefined;
    const { bytes, mediaType } = picture;
    return { name: `cover.${extensions[mediaType]}`, bytes, mediaType };
  } catch {
    // A card without its picture is better than none.
    return undefined;
  }
}

export const cardControls: Readonly<Record<string, ControlHandler>> = {
  pause: async (context) => {
    const { player } = await context.perform(playerPause, { guildId: context.guildId });
    return cardOf(context, player);
  },
  resume: async (context) => {
    const { player } = await context.perform(playerResume, { guildId: context.guildId });
    return cardOf(context, player);
  },
  skip: async (context, { data: itemId }) => {
    const { player } = await context.perform(playerSkip, { guildId: context.guildId, itemId });
    return cardOf(context, player);
  },
};
