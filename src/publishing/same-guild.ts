import type { Actor } from '#contracts/actor.ts';
import { publishErrors } from './publications/errors.ts';

/** Roles are per guild, so what a member asks for must be of the guild they ask in. */
export function requireSameGuild(actor: Actor, guildId: string): void {
  if (actor.kind === 'guild-member' && actor.guildId !== guildId) throw publishErrors.PUBLISH_OTHER_GUILD();
}
