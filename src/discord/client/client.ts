import { type CacheFactory, Client, GatewayIntentBits, Options } from 'discord.js';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { restOptions } from './rest-options.ts';

/** Guilds that Discord can't deliver by then count as unavailable. */
const guildWaitMs = 5_000;

export interface ClientComponents {
  clock: Clock;
  logger: Logger;
}

/** discord.js reduced to what we need: two intents, caches of what permissions and voice need, guarded REST. */
export function createClient(components: ClientComponents, init: { apiUrl: string }): Client {
  return new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildVoiceStates],
    allowedMentions: { parse: [] },
    makeCache: lean(),
    waitGuildTimeout: guildWaitMs,
    sweepers: { threads: { interval: 3_600, lifetime: 0 } },
    rest: restOptions(components, init.apiUrl),
  });
}

/**
 * Guilds, channels, roles, overwrites and voice states are cached completely; of members and users only the bot itself.
 */
function lean(): CacheFactory {
  return Options.cacheWithLimits({
    ApplicationCommandManager: 0,
    ApplicationEmojiManager: 0,
    AutoModerationRuleManager: 0,
    BaseGuildEmojiManager: 0,
    DMMessageManager: 0,
    EntitlementManager: 0,
    GuildBanManager: 0,
    GuildEmojiManager: 0,
    GuildForumThreadManager: 0,
    GuildInviteManager: 0,
    GuildMemberManager: { maxSize: 0, keepOverLimit: (member) => member.id === member.client.user.id },
    GuildMessageManager: 0,
    GuildScheduledEventManager: 0,
    GuildStickerManager: 0,
    GuildTextThreadManager: 0,
    MessageManager: 0,
    PresenceManager: 0,
    ReactionManager: 0,
    ReactionUserManager: 0,
    StageInstanceManager: 0,
    ThreadManager: 0,
    ThreadMemberManager: 0,
    UserManager: { maxSize: 0, keepOverLimit: (user) => user.id === user.client.user?.id },
  });
}
