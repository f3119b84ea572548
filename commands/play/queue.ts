import {
  loopModes,
  type PlayerView,
  playerClear,
  playerConfigure,
  playerMove,
  playerQueue,
  playerRemove,
  playerShuffle,
  playerUndo,
} from '#contracts/actions/player.ts';
import { roleAtLeast } from '#contracts/actor.ts';
import type { CommandContext, ControlHandler, View } from '#contracts/command.ts';
import { commandErrors } from '../errors.ts';
import { votedView } from './deed-view.ts';
import { itemMove, itemOnPage, itemView, type QueuePage, queueView } from './queue-view.ts';
import { roleHere } from './who-can.ts';

export async function showQueue(context: CommandContext, page = 0): Promise<View> {
  // The last page, where the one that was asked for is gone meanwhile.
  const shown = await pageOf(context, page);
  return queueView(context, shown, await mayAll(context, shown.player));
}

function pageOf(context: CommandContext, page: number): Promise<QueuePage> {
  return context.perform(playerQueue, { guildId: context.guildId, page });
}

/** Whether the asker decides at once: DJs do, and anyone who is alone with the bot. The action judges it again. */
async function mayAll(context: CommandContext, player: PlayerView | undefined): Promise<boolean> {
  const { voiceChannelId } = context.actor;
  const isAlone = player?.listenersHere === 1 && player.channelId === voiceChannelId;
  if (isAlone && voiceChannelId !== undefined) return true;
  const role = await roleHere(context);
  return role !== undefined && roleAtLeast(role, 'dj');
}

async function showItem(context: CommandContext, itemId: string, page: number): Promise<View> {
  const shown = await pageOf(context, page);
  const index = shown.items.findIndex(({ id }) => id === itemId);
  const item = shown.items[index];
  if (!item) throw commandErrors.DISCORD_ENTRY_GONE();
  const place = {
    page,
    hasBefore: page > 0 || index > 0,
    hasAfter: index + 1 < shown.items.length || page + 1 < shown.pageCount,
  };
  return itemView(context, item, place, await mayAll(context, shown.player));
}

/** Ids around a page, in order: an entry at its edge moves across it. */
async function idsAround(context: CommandContext, page: number): Promise<string[]> {
  const pages = [page - 1, page, page + 1].filter((number) => number >= 0);
  const shown = await Promise.all(pages.map((number) => pageOf(context, number)));
  const real = shown.filter((each, index) => each.page === pages[index]);
  return [...new Set(real.flatMap(({ items }) => items.map(({ id }) => id)))];
}

/** Before which entry it comes then; undefined: at the end. */
async function beforeId(context: CommandContext, to: string, itemId: string, page: number) {
  if (to === 'first') return (await pageOf(context, 0)).items[0]?.id;
  const ids = await idsAround(context, page);
  const index = ids.indexOf(itemId);
  if (index < 0) throw commandErrors.DISCORD_ENTRY_GONE();
  return to === 'up' ? ids[Math.max(0, index - 1)] : ids[index + 2];
}

async function move(context: CommandContext, data: string): Promise<View> {
  const { to, itemId, page } = itemMove.read(data);
  const before = await beforeId(context, to, itemId, page);
  if (before !== itemId) {
    const { guildId } = context;
    await context.perform(playerMove, {
      guildId,
      itemId,
      ...(before === undefined ? {} : { beforeId: before }),
    });
  }
  return showQueue(context, page);
}

export const queueControls: Readonly<Record<string, ControlHandler>> = {
  queue: (context) => showQueue(context),
  'q-page': (context, { data }) => showQueue(context, Number(data)),
  'q-pick': (context, { data, values: [itemId = ''] }) => showItem(context, itemId, Number(data)),
  'q-remove': async (context, { data }) => {
    const { itemId, page } = itemOnPage.read(data);
    await context.perform(playerRemove, { guildId: context.guildId, itemId });
    return showQueue(context, page);
  },
  'q-move': (context, { data }) => move(context, data),
  'q-clear': async (context, { data }) => {
    const whose = data === 'mine' ? 'mine' : 'all';
    const { outcome, player } = await context.perform(playerClear, { guildId: context.guildId, whose });
    return outcome === 'voted' ? votedView('clear', player) : showQueue(context);
  },
  'q-shuffle': async (context) => {
    await context.perform(playerShuffle, { guildId: context.guildId });
    return showQueue(context);
  },
  'q-loop': async (context, { data }) => {
    const loop = loopModes.find((mode) => mode === data) ?? 'off';
    await context.perform(playerConfigure, { guildId: context.guildId, loop });
    return showQueue(context);
  },
  'q-undo': async (context, { data: undoId }) => {
    await context.perform(playerUndo, { guildId: context.guildId, undoId });
    return showQueue(context);
  },
};
