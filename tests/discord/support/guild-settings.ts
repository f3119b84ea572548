import type { Actor } from '#contracts/actor.ts';
import type { GuildDecision } from '#contracts/guild-settings.ts';
import { memorySettings } from '../../support/guild-settings.ts';

const system: Actor = { kind: 'system', reason: 'test' };

export function settingsAnswers() {
  const settings = memorySettings();
  return {
    'guild.settings': ({ guildId }: { guildId: string }) => settings.of(guildId),
    'guild.configure': ({ guildId, ...decision }: GuildDecision & { guildId: string }) =>
      settings.change(guildId, decision, system),
    'guild.setup': ({ guildId }: { guildId: string }) => settings.of(guildId),
    'guild.card': ({ channelId }: { channelId: string }) => ({ channelId }),
    'relay.chime': ({ channelId }: { channelId: string }) => ({
      ...{ channelId, listenerCount: 1, framesPlayed: 150, e2ee: true },
    }),
  };
}
