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

/** "5 people listen · heard in South" without the numbers that nobody knows. */
export function listeners(player: PlayerView): string {
  return [count(player.listenersHere, 'person listens', 'people listen'), sharing(player)]
    .filter(Boolean)
    .join(' · ');
}

/** "heard in South · shared with East"; empty where it isn't shared. */
export function sharing({ sharedWith }: PlayerView): string {
  const names = (isListening: boolean) =>
    listed(
      sharedWith
        .filter(({ listening }) => listening === isListening)
        .map(({ name }) => inert(name, nameLengthMax)),
    );
  const [hearing, quiet] = [names(true), names(false)];
  return [hearing && `heard in ${hearing}`, quiet && `shared with ${quiet}`].filter(Boolean).join(' · ');
}

const listedMax = 3;

/** "North, South and 2 more" */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, listedMax);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
