import type { Role } from '#contracts/actor.ts';

export const roleMeanings: Record<Role, string> = {
  owner: 'everything',
  manager: 'node, trust and access as well',
  publisher: 'start and stop broadcasts and relays',
  dj: 'decide at once what the player plays',
  member: 'add music, vote, look at status and lists',
};
