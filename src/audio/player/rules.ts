/** Rights of people over a server's player, pure. */
import { type Actor, actorKey, type Role, roleAtLeast } from '#contracts/actor.ts';
import type { VoiceListener } from '#contracts/discord.ts';
import { playerErrors } from './errors.ts';

export interface Asker {
  actor: Actor;
  /** Person that items and votes are counted by. */
  userId: string;
  name: string;
  role: Role;
  /** DJs and stronger roles decide at once. */
  isDj: boolean;
  voiceChannelId: string | undefined;
}

/** Where the player is and who is there. */
export interface Situation {
  channelName: string;
  /** People in its channel; nobody where it is in none. */
  listeners: readonly VoiceListener[];
}

export function askerOf(actor: Actor, role: Role): Asker {
  const isDj = roleAtLeast(role, 'dj');
  if (actor.kind === 'guild-member') {
    const { displayName: name, userId, voiceChannelId } = actor;
    return { actor, userId, name, role, isDj, voiceChannelId };
  }
  const { userId, name } = outsideOf(actor);
  return { actor, userId, name, role, isDj, voiceChannelId: undefined };
}

function outsideOf(actor: Exclude<Actor, { kind: 'guild-member' }>): { userId: string; name: string } {
  switch (actor.kind) {
    case 'operator':
      return { userId: actor.userId, name: 'an operator' };
    case 'api-token':
      // Its maker answers for it.
      return { userId: actor.createdBy.split(':').at(-1) ?? actorKey(actor), name: 'a token' };
    case 'system':
      return { userId: actorKey(actor), name: 'the bot' };
  }
}

/**
 * Alone with it, or where nobody listens, everybody may do all; with others, what is their own. `shared`: others listen
 * too, so it takes votes or a DJ. Throws PLAYER_NOT_HERE.
 */
export function rightOver(
  asker: Asker,
  { channelName, listeners }: Situation,
  isOwn: boolean,
): 'free' | 'shared' {
  if (asker.isDj || isOwn || listeners.length === 0) return 'free';
  if (!listeners.some(({ userId }) => userId === asker.userId))
    throw playerErrors.PLAYER_NOT_HERE({ channel: channelName });
  return listeners.length === 1 ? 'free' : 'shared';
}

/** Whether they may do all, or it is their own: as `rightOver`, without a reason. */
export function isFree({ isDj, userId }: Asker, { listeners }: Situation, isOwn = false): boolean {
  return isDj || isOwn || listeners.every((listener) => listener.userId === userId);
}

/** Throws PLAYER_NOT_HERE, PLAYER_DJS_ONLY. */
export function requireFree(asker: Asker, situation: Situation, isOwn = false): void {
  if (rightOver(asker, situation, isOwn) === 'shared') throw playerErrors.PLAYER_DJS_ONLY();
}

/** Whether it takes votes. Throws PLAYER_NOT_HERE, PLAYER_DJS_ONLY, PLAYER_DEAFENED. */
export function takesVotes(asker: Asker, situation: Situation, votesOn: boolean, isOwn = false): boolean {
  if (rightOver(asker, situation, isOwn) === 'free') return false;
  if (!votesOn) throw playerErrors.PLAYER_DJS_ONLY();
  const own = situation.listeners.find(({ userId }) => userId === asker.userId);
  if (own?.deafened) throw playerErrors.PLAYER_DEAFENED();
  return true;
}
