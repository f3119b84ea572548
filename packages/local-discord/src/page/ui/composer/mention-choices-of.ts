import type { GuildState } from '../../../page-api/protocol.ts';
import { parentIdOf } from '../../model/channel-tree.ts';
import type { MentionChoices } from '../../model/mention-choices.ts';
import { memberName } from '../../model/people.ts';

export function mentionChoicesOf({ channels, roles, members }: GuildState): MentionChoices {
  const nameOf = new Map(channels.map(({ id, name }) => [id, name ?? '']));
  return {
    channels: channels.map((channel) => ({
      id: channel.id,
      name: channel.name ?? '',
      type: channel.type,
      parentName: nameOf.get(parentIdOf(channel) ?? '') ?? '',
    })),
    roles: roles.map(({ id, name }) => ({ id, name: name.replace(/^@/, '') })),
    users: members.map((member) => ({
      id: member.user.id,
      name: memberName(member),
      bot: member.user.bot ?? false,
    })),
  };
}
