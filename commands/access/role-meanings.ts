import type { Role } from '#contracts/actor.ts';

export const roleMeanings: Record<Role, string> = {
  owner: 'everything',
  manager: 'neighbours, places and access as well',
  publisher: 'start and stop programmes, and publish',
  dj: 'decide at once what the player plays',
  member: 'add music, vote, look at status and lists',
};
