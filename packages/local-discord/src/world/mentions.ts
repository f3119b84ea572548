import { AllowedMentionsTypes, type APIAllowedMentions, type APIMessage } from 'discord-api-types/v10';
import type { GuildRecord } from './records.ts';
import type { World } from './world.ts';

type Mentions = Pick<APIMessage, 'mentions' | 'mention_roles' | 'mention_everyone'>;

/** Users and roles that a text mentions, as far as `allowed_mentions` permits. Without it everything counts. */
export function readMentions(
  world: World,
  guild: GuildRecord,
  content: string,
  allowed: APIAllowedMentions | null | undefined,
): Mentions {
  const userIds = idsIn(content, /<@!?(\d+)>/g).filter((id) => guild.members.has(id));
  const roleIds = idsIn(content, /<@&(\d+)>/g).filter((id) => guild.roles.has(id));
  const admits = (type: AllowedMentionsTypes, listed: readonly string[] | undefined, id: string) =>
    !allowed || allowed.parse?.includes(type) || listed?.includes(id);
  return {
    mentions: userIds
      .filter((id) => admits(AllowedMentionsTypes.User, allowed?.users, id))
      .map((id) => world.mustUser(id)),
    mention_roles: roleIds.filter((id) => admits(AllowedMentionsTypes.Role, allowed?.roles, id)),
    mention_everyone:
      /@(everyone|here)\b/.test(content) &&
      (!allowed || (allowed.parse?.includes(AllowedMentionsTypes.Everyone) ?? false)),
  };
}

function idsIn(content: string, pattern: RegExp): string[] {
  return [...new Set([...content.matchAll(pattern)].map((match) => match[1] ?? ''))];
}
