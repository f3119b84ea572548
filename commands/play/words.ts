import type { PlayerView, QueueItemView } from '#contracts/actions/player.ts';
import { inert } from '#core/text/inert.ts';
import { clockTime, count } from '../layout.ts';

const titleLengthMax = 80;
const nameLengthMax = 40;

/** "**Evening Song** · North Choir · 4:05" */
export function itemLine(item: QueueItemView): string {
  const { artist, durationMs } = item;
  return [
    `**${titleOf(item)}**`,
    artist && inert(artist, nameLengthMax),
    durationMs !== undefined && clockTime(durationMs),
  ]
    .filter(Boolean)
    .join(' · ');
}

export function titleOf({ title }: Pick<QueueItemView, 'title'>): string {
  return inert(title, titleLengthMax);
}

export function addedBy({ addedByName }: Pick<QueueItemView, 'addedByName'>): string {
  return `added by ${inert(addedByName, nameLengthMax)}`;
}

/** A label of a button with the votes that it has: "Skip · 2 of 3". */
export function withVotes(label: string, votes: { have: number; need: number } | undefined): string {
  return votes === undefined ? label : `${label} · ${votes.have} of ${votes.need}`;
}

/** "5 listening, 3 more in South" without the numbers that nobody knows. */
export function listeners({ listenersHere, sharedWith }: PlayerView): string {
  const hearing = sharedWith
    .filter(({ listening }) => listening)
    .map(({ name }) => inert(name, nameLengthMax));
  const quiet = sharedWith
    .filter(({ listening }) => !listening)
    .map(({ name }) => inert(name, nameLengthMax));
  return [
    count(listenersHere, 'person listens', 'people listen'),
    hearing.length > 0 && `heard in ${listed(hearing)}`,
    quiet.length > 0 && `shared with ${listed(quiet)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

const listedMax = 3;

/** "North, South and 2 more" */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, listedMax);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
