import type { Actor } from '#contracts/actor.ts';
import type { GuildmeshError } from '#core/errors.ts';

/** Roles are per guild, so what a member asks for must be of the guild they ask in. */
export function requireSameGuild(actor: Actor, guildId: string, refusal: () => GuildmeshError): void {
  if (actor.kind === 'guild-member' && actor.guildId !== guildId) throw refusal();
}
