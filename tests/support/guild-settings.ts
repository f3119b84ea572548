import type { GuildSettings } from '#contracts/actions/guild-settings.ts';
import type { GuildDecision, GuildSettingsKeeper } from '#contracts/guild-settings.ts';

/** What guilds decide, for parts of the hub without a database. */
export function memorySettings(): GuildSettingsKeeper {
  const decided = new Map<string, GuildDecision>();
  const listeners = new Set<(guildId: string) => void>();
  function of(guildId: string): GuildSettings {
    const given = Object.entries(decided.get(guildId) ?? {}).filter(([, value]) => value != null);
    return {
      ...{ guildId, whoAdds: 'everybody', votes: true, membersSeeLibrary: true },
      ...{ onMove: 'follow', leaveAfterMs: 60_000, volumePercent: 100 },
      ...Object.fromEntries(given),
    };
  }
  return {
    of,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async change(guildId, decision) {
      const given = Object.entries(decision).filter(([, value]) => value !== undefined);
      decided.set(guildId, { ...decided.get(guildId), ...Object.fromEntries(given) });
      for (const listener of listeners) listener(guildId);
      return of(guildId);
    },
  };
}
