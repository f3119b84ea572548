import {
  type APIButtonComponentWithCustomId,
  type APIComponentInContainer,
  ButtonStyle,
} from 'discord-api-types/v10';
import { z } from 'zod';
import {
  type LoopMode,
  type PlayerView,
  type playerQueue,
  queuePageSize,
} from '#contracts/actions/player.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { controlData, pageNumber, word } from '../control-data.ts';
import { ago, button, buttons, card, clockTime, count, lines, select } from '../layout.ts';
import { addedBy, itemLine, titleOf, withVotes } from './words.ts';

export type QueuePage = z.output<typeof playerQueue.output>;
export type QueuedItem = QueuePage['items'][number];

/** What comes next, ten at a time. `mayAll`: the asker decides at once, as DJs do, and those alone with the bot. */
export function queueView(context: CommandContext, page: QueuePage, mayAll: boolean): View {
  const { player, items } = page;
  if (!player || (player.queuedCount === 0 && !player.item))
    return card('idle', [
      lines('### Nothing is queued', `Say ${context.mention('play')} and what you would like to hear.`),
      ...rowOf(undoButtons(context, player)),
    ]);
  return card('plain', [
    lines(
      `### Queue · ${count(player.queuedCount, 'entry', 'entries')} to come${lengthOf(page)}`,
      player.item && `Now: ${itemLine(player.item)} · ${addedBy(player.item)}`,
      player.loop === 'off' ? undefined : loopLines[player.loop],
      player.undo && player.undo.untilMs > context.nowMs
        ? `${undoWords[player.undo.what]}; it can be undone until ${ago(player.undo.untilMs)}.`
        : undefined,
    ),
    ...(items.length > 0 ? [lines(...items.map((item, index) => numbered(page, item, index)))] : []),
    ...pickOf(context, page, mayAll),
    ...rowOf(pageButtons(context, page)),
    ...rowOf([
      ...undoButtons(context, player),
      ...(items.some(({ mine }) => mine) ? [button('Clear mine', context.customId('q-clear', 'mine'))] : []),
      ...(mayAll && player.queuedCount > 1 ? [button('Shuffle', context.customId('q-shuffle'))] : []),
      ...(mayAll ? [button(loopLabels[player.loop], context.customId('q-loop', nextLoop[player.loop]))] : []),
      ...clearButtons(context, page),
    ]),
  ]);
}

const loopLines: Record<Exclude<LoopMode, 'off'>, string> = {
  one: 'What plays now is repeated.',
  all: 'The queue is repeated.',
};
const nextLoop: Record<LoopMode, LoopMode> = { off: 'all', all: 'one', one: 'off' };
const loopLabels: Record<LoopMode, string> = {
  off: 'Repeat the queue',
  all: 'Repeat only this one',
  one: 'Repeat nothing',
};
const undoWords = { clear: 'Entries were taken out', shuffle: 'The queue was shuffled' } as const;

function lengthOf({ durationMs, unknownCount }: QueuePage): string {
  if (durationMs === 0) return '';
  return ` · ${unknownCount > 0 ? 'at least ' : ''}${clockTime(durationMs)}`;
}

function numbered({ page }: QueuePage, item: QueuedItem, index: number): string {
  const problem = item.problem ? ' · can’t be played' : '';
  return `${page * queuePageSize + index + 1}\\. ${itemLine(item)} · ${addedBy(item)}${problem}`;
}

/** Entries that the asker may change. */
function pickOf(
  context: CommandContext,
  { items, page }: QueuePage,
  mayAll: boolean,
): APIComponentInContainer[] {
  const options = items.flatMap((item, index) =>
    mayAll || item.mine
      ? [
          {
            value: item.id,
            label: `${page * queuePageSize + index + 1}. ${item.title}`,
            help: `added by ${item.addedByName}`,
          },
        ]
      : [],
  );
  return options.length === 0
    ? []
    : [select(context.customId('q-pick', String(page)), 'Change an entry', options)];
}

function pageButtons(context: CommandContext, { page, pageCount }: QueuePage) {
  return [
    ...(page > 0 ? [button('Earlier', context.customId('q-page', String(page - 1)))] : []),
    ...(page + 1 < pageCount ? [button('Later', context.customId('q-page', String(page + 1)))] : []),
  ];
}

/** Danger is last. */
function clearButtons({ customId }: CommandContext, { items, player }: QueuePage) {
  if (items.length === 0) return [];
  const label = withVotes('Clear all', player?.votes.clear);
  return [button(label, customId('q-clear', 'all'), ButtonStyle.Danger)];
}

function undoButtons({ customId, nowMs }: CommandContext, player: PlayerView | undefined) {
  const undo = player?.undo;
  if (!undo || undo.untilMs <= nowMs) return [];
  return [button('Undo', customId('q-undo', undo.id), ButtonStyle.Primary)];
}

function rowOf(row: readonly APIButtonComponentWithCustomId[]): APIComponentInContainer[] {
  return row.length > 0 ? [buttons(...row)] : [];
}

export interface ItemPlace {
  page: number;
  /** Entries before and after it, as far as they are known. */
  hasBefore: boolean;
  hasAfter: boolean;
}

/** An entry, and the page it was opened from. */
export const itemOnPage = controlData({ itemId: word, page: pageNumber });
export const itemMove = controlData({ to: z.enum(['first', 'up', 'down']), itemId: word, page: pageNumber });

/** One entry, and what can be done with it. */
export function itemView(context: CommandContext, item: QueuedItem, place: ItemPlace, mayAll: boolean): View {
  const { page, hasBefore, hasAfter } = place;
  const move = (label: string, to: 'first' | 'up' | 'down') =>
    button(label, context.customId('q-move', itemMove.write({ to, itemId: item.id, page })));
  return card('plain', [
    lines(
      `### ${titleOf(item)}`,
      `${itemLine(item)} · ${addedBy(item)}`,
      item.problem && `${item.problem.message} ${item.problem.next}`,
    ),
    buttons(
      ...(mayAll && hasBefore ? [move('Play next', 'first'), move('Move up', 'up')] : []),
      ...(mayAll && hasAfter ? [move('Move down', 'down')] : []),
      button('Back', context.customId('q-page', String(page))),
      button(
        'Remove',
        context.customId('q-remove', itemOnPage.write({ itemId: item.id, page })),
        ButtonStyle.Danger,
      ),
    ),
  ]);
}
