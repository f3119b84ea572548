import { GatewayDispatchEvents, GatewayIntentBits } from 'discord-api-types/v10';
import type { GuildRecord, MemberRecord } from '../world/records.ts';
import { memberView } from '../world/views.ts';
import type { World } from '../world/world.ts';
import type { Session } from './session.ts';

const chunkMembersMax = 1_000;
const queryMembersMax = 100;

/** What op 8 carries: by prefix of the name, or by id. */
interface MembersRequest {
  guild_id: string;
  query?: string;
  limit?: number;
  user_ids?: string | string[];
  nonce?: string;
}

/** Answers op 8. The whole list needs the Guild Members intent; without it Discord stays silent. */
export function sendMembers(world: World, session: Session, request: MembersRequest): void {
  const { guild_id, query, limit = 0, user_ids, nonce } = request;
  const guild = world.guilds.get(guild_id);
  if (!guild?.botIds.has(session.bot.id)) return;
  const wantsAll = user_ids === undefined && query === '' && limit === 0;
  if (wantsAll && !(session.intents & GatewayIntentBits.GuildMembers)) return;

  const ids = user_ids === undefined ? undefined : [user_ids].flat();
  const members = ids
    ? ids.flatMap((id) => guild.members.get(id) ?? [])
    : matching(world, guild, query ?? '', wantsAll ? guild.members.size : limit || 1);
  const notFound = ids?.filter((id) => !guild.members.has(id));
  const chunkCount = Math.max(1, Math.ceil(members.length / chunkMembersMax));
  for (let index = 0; index < chunkCount; index += 1) {
    const chunk = members.slice(index * chunkMembersMax, (index + 1) * chunkMembersMax);
    session.dispatch(GatewayDispatchEvents.GuildMembersChunk, {
      guild_id,
      members: chunk.map((member) => memberView(world, member)),
      chunk_index: index,
      chunk_count: chunkCount,
      ...(notFound?.length ? { not_found: notFound } : {}),
      ...(nonce === undefined ? {} : { nonce }),
    });
  }
}

function matching(world: World, guild: GuildRecord, query: string, limit: number): MemberRecord[] {
  const prefix = query.toLowerCase();
  const found = [...guild.members.values()].filter((member) => {
    const names = [member.nick ?? '', world.mustUser(member.userId).username];
    return names.some((name) => name.toLowerCase().startsWith(prefix));
  });
  return found.slice(
    0,
    query === '' && limit === guild.members.size ? limit : Math.min(limit, queryMembersMax),
  );
}
