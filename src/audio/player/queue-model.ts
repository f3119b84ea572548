/** The queue of a player, pure: each function returns the queue that follows. */

import { type LoopMode, queuedMax, queuedPerPersonMax, undoMs } from '#contracts/actions/player.ts';
import type { Problem } from '#core/errors.ts';
import { knownFacts } from '../source/known-facts.ts';
import type { MediaFacts } from './contract.ts';

export interface QueueItem {
  /** Unique within the guild for good. */
  id: string;
  /** As the source opener takes it. */
  source: string;
  facts: MediaFacts;
  /** User id, and name. */
  addedBy: string;
  addedByName: string;
}

/** Takes back one Clear or Shuffle. */
export interface Undo {
  id: string;
  what: 'clear' | 'shuffle';
  /** User id of the person who did it. */
  by: string;
  /** Wall clock. */
  untilMs: number;
  /** The items that followed the current one. */
  before: readonly QueueItem[];
  /** Ids of those that it took out. */
  cleared: ReadonlySet<string>;
}

export interface Queue {
  /** `stopped`: out of the channel. */
  phase: 'going' | 'paused' | 'stopped';
  loop: LoopMode;
  /** What is heard, or would be. */
  current: QueueItem | undefined;
  upcoming: readonly QueueItem[];
  /** Place in the current item. */
  positionMs: number;
  /** Another number whenever other sound is wanted. */
  turn: number;
  /** The last item that couldn't be played, until the one after it is over. */
  failed: { item: QueueItem; problem: Problem } | undefined;
  undo: Undo | undefined;
}

export type When = 'last' | 'next' | 'now';

export const emptyQueue: Queue = {
  phase: 'stopped',
  loop: 'off',
  current: undefined,
  upcoming: [],
  positionMs: 0,
  turn: 0,
  failed: undefined,
  undo: undefined,
};

/** How many more items fit, and which limit says so. People with the role dj may queue more than others. */
export function roomFor(
  queue: Queue,
  userId: string,
  exempt: boolean,
): { count: number; of: 'person' | 'all' } {
  const all = Math.max(0, queuedMax - queue.upcoming.length - (queue.current ? 1 : 0));
  if (exempt) return { count: all, of: 'all' };
  const own = Math.max(0, queuedPerPersonMax - itemsOf(queue, userId).length);
  return own < all ? { count: own, of: 'person' } : { count: all, of: 'all' };
}

export function itemsOf(queue: Queue, userId: string): QueueItem[] {
  return allOf(queue).filter(({ addedBy }) => addedBy === userId);
}

export function allOf({ current, upcoming }: Queue): QueueItem[] {
  return [...(current ? [current] : []), ...upcoming];
}

/** `now` ends what plays, as a skip does. */
export function added(queue: Queue, items: readonly QueueItem[], when: When): Queue {
  const upcoming = when === 'last' ? [...queue.upcoming, ...items] : [...items, ...queue.upcoming];
  const next = { ...queue, upcoming };
  return !queue.current || when === 'now' ? advanced(next, 'skipped') : next;
}

/** Place of an item: 0 is the current one. */
export function placeOf(queue: Queue, itemId: string): number {
  const index = queue.upcoming.findIndex(({ id }) => id === itemId);
  return queue.current?.id === itemId ? 0 : index < 0 ? -1 : index + 1;
}

/** The current item is over. One that failed doesn't come again, whatever repeats. */
export function advanced(queue: Queue, why: 'ended' | 'skipped' | Problem): Queue {
  const { current, loop, upcoming } = queue;
  const problem = typeof why === 'object' ? why : undefined;
  const turn = queue.turn + 1;
  const failed = problem && current ? { item: current, problem } : undefined;
  if (current && loop === 'one' && why === 'ended') return { ...queue, turn, failed, positionMs: 0 };
  const again = current && loop === 'all' && !problem ? [current] : [];
  const [next, ...rest] = [...upcoming, ...again];
  return { ...queue, turn, failed, current: next, upcoming: rest, positionMs: 0 };
}

/** What comes after the current item if nobody does anything. */
export function followingOf({ current, loop, upcoming }: Queue): QueueItem | undefined {
  if (!current || loop === 'one') return current;
  return upcoming[0] ?? (loop === 'all' ? current : undefined);
}

export function inPhase(queue: Queue, phase: Queue['phase']): Queue {
  return queue.phase === phase ? queue : { ...queue, phase, turn: queue.turn + 1 };
}

export function soughtTo(queue: Queue, positionMs: number): Queue {
  return { ...queue, positionMs, turn: queue.turn + 1 };
}

export function heardAt(queue: Queue, turn: number, positionMs: number): Queue {
  return turn === queue.turn && queue.current ? { ...queue, positionMs } : queue;
}

/** Tags that turned up when an item was opened. */
export function learned(queue: Queue, itemId: string, facts: MediaFacts): Queue {
  const known = knownFacts(facts);
  const taught = (item: QueueItem) =>
    item.id === itemId ? { ...item, facts: { ...item.facts, ...known } } : item;
  return {
    ...queue,
    current: queue.current && taught(queue.current),
    upcoming: queue.upcoming.map(taught),
  };
}

/** Without `beforeId`, or where that item is gone, to the end. */
export function moved(queue: Queue, itemId: string, beforeId: string | undefined): Queue {
  const item = queue.upcoming.find(({ id }) => id === itemId);
  if (!item || itemId === beforeId) return queue;
  const others = queue.upcoming.filter(({ id }) => id !== itemId);
  const found = others.findIndex(({ id }) => id === beforeId);
  const at = found < 0 ? others.length : found;
  return { ...queue, upcoming: [...others.slice(0, at), item, ...others.slice(at)] };
}

/** The current item ends, and doesn't come again. */
export function removed(queue: Queue, itemId: string): Queue {
  if (queue.current?.id !== itemId)
    return { ...queue, upcoming: queue.upcoming.filter(({ id }) => id !== itemId) };
  const { loop } = queue;
  return { ...advanced({ ...queue, loop: 'off' }, 'skipped'), loop };
}

export interface Deed {
  /** Id that Undo is asked for by. */
  id: string;
  by: string;
  nowMs: number;
}

/** All that follow the current item, or those of one person among them. */
export function cleared(queue: Queue, whose: string | 'all', deed: Deed): Queue {
  const upcoming = whose === 'all' ? [] : queue.upcoming.filter(({ addedBy }) => addedBy !== whose);
  if (upcoming.length === queue.upcoming.length) return queue;
  return { ...queue, upcoming, undo: undoOf(queue, 'clear', deed, upcoming) };
}

/** `fraction` gives numbers in [0, 1). */
export function shuffled(queue: Queue, fraction: () => number, deed: Deed): Queue {
  const rest = [...queue.upcoming];
  const upcoming: QueueItem[] = [];
  while (rest.length > 0) upcoming.push(...rest.splice(Math.floor(fraction() * rest.length), 1));
  return { ...queue, upcoming, undo: undoOf(queue, 'shuffle', deed, upcoming) };
}

function undoOf(
  { upcoming: before }: Queue,
  what: Undo['what'],
  { id, by, nowMs }: Deed,
  left: readonly QueueItem[],
): Undo {
  const leftIds = new Set(left.map((item) => item.id));
  const out = before.filter((item) => !leftIds.has(item.id)).map((item) => item.id);
  return { id, what, by, untilMs: nowMs + undoMs, before, cleared: new Set(out) };
}

export function undoAt(queue: Queue, nowMs: number): Undo | undefined {
  return queue.undo && nowMs < queue.undo.untilMs ? queue.undo : undefined;
}

/**
 * As it was, but for what has happened since: what played or was taken out stays out, what was added follows. A queue
 * that is full by now gets as many back as fit.
 */
export function undone(queue: Queue, { before, cleared: out }: Undo): Queue {
  const present = new Set(queue.upcoming.map(({ id }) => id));
  const known = new Set(before.map(({ id }) => id));
  const back = before.filter(({ id }) => present.has(id) || out.has(id));
  const later = queue.upcoming.filter(({ id }) => !known.has(id));
  const roomCount = queuedMax - later.length - (queue.current ? 1 : 0);
  const within = withinShares(back, { before, later, current: queue.current }).slice(
    0,
    Math.max(0, roomCount),
  );
  return { ...queue, upcoming: [...within, ...later], undo: undefined };
}

/** Nobody gets more than their limit, or than they had: else clearing, adding and undoing would pass it. */
function withinShares(
  back: readonly QueueItem[],
  {
    before,
    current,
    later,
  }: { before: readonly QueueItem[]; current: QueueItem | undefined; later: readonly QueueItem[] },
): QueueItem[] {
  const countOf = (items: readonly QueueItem[], person: string) =>
    items.filter(({ addedBy }) => addedBy === person).length;
  const left = new Map<string, number>();
  return back.filter(({ addedBy }) => {
    const usual = queuedPerPersonMax - (current?.addedBy === addedBy ? 1 : 0);
    const share = Math.max(usual, countOf(before, addedBy)) - countOf(later, addedBy);
    const room = left.get(addedBy) ?? share;
    left.set(addedBy, room - 1);
    return room > 0;
  });
}
