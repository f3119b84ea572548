/** Votes on what the player does, pure. */
import type { VotedDeed } from '#contracts/actions/player.ts';
import type { VoiceListener } from '#contracts/discord.ts';

export type Votes = Readonly<Record<VotedDeed, ReadonlySet<string>>>;

export const noVotes: Votes = { skip: new Set(), clear: new Set(), stop: new Set() };

/** A second vote of the same person counts nothing. */
export function withVote(votes: Votes, deed: VotedDeed, userId: string): Votes {
  return { ...votes, [deed]: new Set([...votes[deed], userId]) };
}

export function withoutVotes(votes: Votes, deed: VotedDeed): Votes {
  return votes[deed].size === 0 ? votes : { ...votes, [deed]: new Set() };
}

/** A vote goes with the person who leaves the channel, and stays gone when they return. */
export function withoutAbsent(votes: Votes, listeners: readonly VoiceListener[]): Votes {
  const here = new Set(listeners.map(({ userId }) => userId));
  const left = (ids: ReadonlySet<string>) => new Set([...ids].filter((id) => here.has(id)));
  return { skip: left(votes.skip), clear: left(votes.clear), stop: left(votes.stop) };
}

/** Only people who can hear it count, on either side. */
export function countOf(
  votes: Votes,
  deed: VotedDeed,
  listeners: readonly VoiceListener[],
): { have: number; need: number } {
  const hearing = listeners.filter(({ deafened }) => !deafened);
  const have = hearing.filter(({ userId }) => votes[deed].has(userId)).length;
  return { have, need: Math.floor(hearing.length / 2) + 1 };
}

export function hasPassed({ have, need }: { have: number; need: number }): boolean {
  return have >= need;
}
