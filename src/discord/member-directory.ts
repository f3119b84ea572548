import { type Client, DiscordAPIError, PermissionFlagsBits, RESTJSONErrorCodes, Routes } from 'discord.js';
import type { APIGuildMember } from 'discord-api-types/v10';
import type { MemberDirectory, MemberFacts } from '#contracts/discord.ts';
import type { Clock } from '#core/clock.ts';
import { withDeadline } from '#core/deadline.ts';
import { Latest } from '#core/latest.ts';
import { discordErrors } from './errors.ts';

/** A demotion takes effect within this time. */
export const memberFreshMs = 60_000;
/** How long the last answer counts while Discord gives none. */
export const memberStaleMs = 60 * 60_000;
export const memberLookupMs = 5_000;
/** Members remembered; the one requested longest ago makes room. */
export const membersKnownMax = 1_000;

export interface MemberDirectoryComponents {
  client: Pick<Client, 'guilds' | 'rest'>;
  clock: Clock;
}

interface Known {
  facts: MemberFacts | undefined;
  atMs: number;
}

/** Asks Discord over REST: the gateway's cache knows only members that were seen, and not that they have left. */
export class RestMemberDirectory implements MemberDirectory {
  readonly #components: MemberDirectoryComponents;
  readonly #known = new Latest<string, Known>({ countMax: membersKnownMax });
  readonly #asking = new Map<string, Promise<MemberFacts | undefined>>();

  constructor(components: MemberDirectoryComponents) {
    this.#components = components;
  }

  member(guildId: string, userId: string): Promise<MemberFacts | undefined> {
    const key = `${guildId}:${userId}`;
    const known = this.#known.get(key);
    if (known && this.#ageMs(known) < memberFreshMs) return Promise.resolve(known.facts);
    // Simultaneous requests are one.
    const asked = this.#asking.get(key) ?? this.#ask(key, guildId, userId);
    this.#asking.set(key, asked);
    return asked;
  }

  async #ask(key: string, guildId: string, userId: string): Promise<MemberFacts | undefined> {
    const { clock } = this.#components;
    try {
      const facts = await withDeadline(clock, memberLookupMs, undefined, (signal) =>
        this.#read(guildId, userId, signal),
      );
      this.#known.set(key, { facts, atMs: clock.monotonicMs() });
      return facts;
    } catch (error) {
      const known = this.#known.get(key);
      if (known && this.#ageMs(known) < memberStaleMs) return known.facts;
      throw discordErrors.DISCORD_MEMBER_UNKNOWN(
        { retryAfterSeconds: memberFreshMs / 1_000 },
        { cause: error },
      );
    } finally {
      this.#asking.delete(key);
    }
  }

  async #read(guildId: string, userId: string, signal: AbortSignal): Promise<MemberFacts | undefined> {
    const guild = this.#components.client.guilds.cache.get(guildId);
    if (!guild) throw new Error('the guild is not known now');
    try {
      const route = Routes.guildMember(guildId, userId);
      const { roles } = (await this.#components.client.rest.get(route, { signal })) as APIGuildMember;
      // Everyone holds the role that has the guild's id.
      const held = [guildId, ...roles].map((id) => guild.roles.cache.get(id)?.permissions.bitfield ?? 0n);
      const bits = held.reduce((all, each) => all | each, 0n);
      return {
        roleIds: roles,
        isGuildOwner: guild.ownerId === userId,
        hasManageGuild: (bits & (PermissionFlagsBits.ManageGuild | PermissionFlagsBits.Administrator)) !== 0n,
      };
    } catch (error) {
      if (error instanceof DiscordAPIError && goneCodes.has(error.code)) return undefined;
      throw error;
    }
  }

  #ageMs({ atMs }: Known): number {
    return this.#components.clock.monotonicMs() - atMs;
  }
}

const goneCodes: ReadonlySet<unknown> = new Set([
  RESTJSONErrorCodes.UnknownMember,
  RESTJSONErrorCodes.UnknownUser,
]);
