import type { Guard } from '../taken-out.ts';

/** What keeps guilds apart: without it every guild is home, and may name any other. */
export const borderGuards: readonly Guard[] = [
  {
    file: '/src/access/home/home-guilds.ts',
    guard: "return this.#standings.get(guildId) ?? 'foreign';",
    without: "return this.#standings.get(guildId) ?? 'home';",
  },
  {
    file: '/src/access/permission.ts',
    guard: 'return actionErrors.ACTION_OTHER_GUILD({ action: spec.name });',
    without: 'return undefined;',
  },
];
