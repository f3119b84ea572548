import { type AnyAction, implement } from '#contracts/action.ts';
import { type HomeGuildsView, homeAdd, homeList, homeRemove } from '#contracts/actions/home.ts';
import { actorKey } from '#contracts/actor.ts';
import { homeErrors } from './errors.ts';
import type { HomeGuilds } from './home-guilds.ts';

export interface HomeActionsComponents {
  homes: HomeGuilds;
  guilds: () => readonly { id: string; name: string }[];
}

/** How operators choose the home guilds. */
export function homeActions({ homes, guilds }: HomeActionsComponents): AnyAction[] {
  function view(): HomeGuildsView {
    const names = new Map(guilds().map(({ id, name }) => [id, name]));
    const kept = new Map(homes.kept().map((row) => [row.guildId, row]));
    const ids = new Set([...homes.homeGuildIds(), ...homes.undecidedGuildIds(), ...names.keys()]);
    return {
      configured: homes.isConfigured,
      guilds: [...ids].map((guildId) => {
        const name = names.get(guildId);
        const row = kept.get(guildId);
        return {
          guildId,
          standing: homes.of(guildId),
          ...(name !== undefined && { name }),
          ...(row && { setBy: row.setBy, setAtMs: row.setAtMs }),
        };
      }),
    };
  }

  return [
    implement(homeList, async () => view()),

    implement(homeAdd, async ({ actor }, { guildIds, confirm }) => {
      const joined = new Set(guilds().map(({ id }) => id));
      const missing = guildIds.find((guildId) => !joined.has(guildId));
      if (missing !== undefined) throw homeErrors.ACCESS_HOME_NOT_JOINED({ guildId: missing });
      homes.requireChangeable();
      if (guildIds.every((guildId) => homes.of(guildId) === 'home')) return view();
      if (!confirm) throw homeErrors.ACCESS_HOME_UNCONFIRMED({ guildIds });
      await homes.add(guildIds, actorKey(actor));
      return view();
    }),

    implement(homeRemove, async ({ actor }, { guildId }) => {
      await homes.remove(guildId, actorKey(actor));
      return view();
    }),
  ];
}
