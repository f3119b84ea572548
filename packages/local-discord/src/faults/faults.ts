import type { Faults } from '../contract.ts';
import type { Platform } from '../platform.ts';
import { kicked } from '../voice-desk.ts';
import { setMemberRoles, setOverwrite } from '../world/changes.ts';
import type { GuildRecord } from '../world/records.ts';
import { inviteBot } from '../world/seed.ts';
import type { RouteFaults } from './route-faults.ts';

/** Everything that can go wrong at Discord, or be changed by its people, on demand. */
export function createFaults(platform: Platform, routes: RouteFaults): Faults {
  const { world, gateway, voice, voiceDesk } = platform;
  const guildOf = (guildId: string): GuildRecord => world.mustGuild(guildId);
  return {
    failRoute: (match) => routes.fail(match),
    slowRoute: (match) => routes.slow(match),
    gatewayDrop: (botId) => gateway.drop(botId),
    gatewayReconnect: (botId) => gateway.askToReconnect(botId),
    gatewayInvalidSession: (botId, resumable) => gateway.invalidate(botId, resumable),
    voiceServerUpdate(guildId, botId, endpoint) {
      if (endpoint === 'null') voiceDesk.noServer(guildOf(guildId), botId);
      else voiceDesk.freshServer(guildOf(guildId), botId);
    },
    kickFromVoice(guildId, userId, code = kicked) {
      voiceDesk.leave(guildOf(guildId), userId, code);
    },
    moveInVoice(guildId, userId, channelId) {
      const guild = guildOf(guildId);
      const channel = guild.channels.get(channelId);
      if (!channel) throw new Error(`The playground has no channel ${channelId}.`);
      // A person who cannot be heard in the new channel leaves voice: there is nothing else to report.
      voiceDesk.move(guild, userId, channel).catch(() => {});
    },
    suppress: (guildId, userId, suppressed) =>
      voiceDesk.change(guildOf(guildId), userId, { suppress: suppressed }),
    moderate: (guildId, userId, change) => voiceDesk.change(guildOf(guildId), userId, change),
    setOverwrite(channelId, overwrite) {
      const found = world.channel(channelId);
      if (!found) throw new Error(`The playground has no channel ${channelId}.`);
      setOverwrite(platform, found.channel, overwrite);
    },
    inviteBot(guildId, botId, permissions) {
      const guild = guildOf(guildId);
      inviteBot(guild, { botId, permissions }, world.bots, platform.snowflakes);
      guild.botIds.add(botId);
      gateway.joined(botId, guild);
      platform.announcer.botJoined(guild);
    },
    setApplication(botId, application) {
      const bot = world.bots.get(botId);
      if (!bot) throw new Error(`The playground has no bot ${botId}.`);
      bot.application = application;
    },
    setMemberRoles: (guildId, userId, roleIds) => setMemberRoles(platform, guildOf(guildId), userId, roleIds),
    get voice() {
      return voice.faults;
    },
  };
}
