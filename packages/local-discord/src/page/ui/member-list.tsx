import type { APIGuildMember } from 'discord-api-types/v10';
import type { GuildState } from '../../page-api/protocol.ts';
import { memberName, nameColour, rolesOf } from '../model/people.ts';
import { botsOf, peopleOf } from '../state/selectors.ts';
import { Avatar } from './avatar.tsx';
import { ColouredName } from './coloured-name.tsx';
import { useIdMenu } from './id-menu.tsx';

/** On wide screens, at the right. */
export function MemberList({ guild }: { guild: GuildState }) {
  const bots = botsOf(guild);
  return (
    <aside class="members" aria-label="Members">
      <Group title={`Bots — ${bots.length}`} guild={guild} members={bots} />
      <Group title={`People — ${peopleOf(guild).length}`} guild={guild} members={peopleOf(guild)} />
    </aside>
  );
}

function Group({ title, guild, members }: { title: string; guild: GuildState; members: APIGuildMember[] }) {
  return (
    <section>
      <h2 class="category-name">{title}</h2>
      <ul>
        {members.map((member) => (
          <MemberRow key={member.user.id} guild={guild} member={member} />
        ))}
      </ul>
    </section>
  );
}

function MemberRow({ guild, member }: { guild: GuildState; member: APIGuildMember }) {
  const { bot = false, id } = member.user;
  const online = !bot || guild.botsOnline.includes(id);
  const { onContextMenu } = useIdMenu([
    { what: memberName(member), id },
    ...rolesOf(member, guild.roles).map((role) => ({ what: `role ${role.name}`, id: role.id })),
  ]);
  return (
    <li>
      <button
        type="button"
        class={`member ${online ? '' : 'member-offline'}`}
        title="IDs"
        onClick={onContextMenu}
        onContextMenu={onContextMenu}
      >
        <Avatar id={id} name={memberName(member)} bot={bot} size={32} />
        <ColouredName kind="member-name" name={memberName(member)} colour={nameColour(member, guild.roles)} />
        {bot && (
          <span class={`presence ${online ? 'presence-online' : ''}`}>{online ? 'online' : 'offline'}</span>
        )}
      </button>
    </li>
  );
}
