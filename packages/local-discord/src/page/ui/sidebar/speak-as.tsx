import type { APIGuildMember } from 'discord-api-types/v10';
import { useRef, useState } from 'preact/hooks';
import type { GuildState } from '../../../page-api/protocol.ts';
import { colourText, memberName, rolesOf } from '../../model/people.ts';
import { useApp, useAppState } from '../../state/app-context.ts';
import { peopleOf, viewerOf } from '../../state/selectors.ts';
import { Avatar } from '../avatar.tsx';
import { Icon } from '../icon.tsx';
import { useListbox } from '../use-listbox.ts';

/** The member you act as in this guild. */
export function SpeakAs({ guild }: { guild: GuildState }) {
  const { actions } = useApp();
  const viewers = useAppState((state) => state.viewers);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const people = peopleOf(guild);
  const viewer = viewerOf({ viewers }, guild);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const listbox = useListbox({
    count: people.length,
    initial: people.findIndex(({ user }) => user.id === viewer?.user.id),
    onPick(index) {
      const member = people[index];
      if (member) actions.speakAs(member.user.id);
      close();
    },
    onClose: close,
  });
  if (!viewer) return null;
  return (
    <div class="speak-as">
      {open && (
        <ul class="speak-as-list popup" {...listbox.props} aria-label="Speak as" ref={listbox.ref}>
          {people.map((member, index) => (
            <li
              key={member.user.id}
              class="speak-as-option"
              {...listbox.option(index, member.user.id === viewer.user.id)}
            >
              <Person guild={guild} member={member} />
            </li>
          ))}
        </ul>
      )}
      <button
        ref={button}
        type="button"
        class="speak-as-button"
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-label={`Speak as ${memberName(viewer)}. Choose another member`}
        onClick={() => setOpen(!open)}
      >
        <Person guild={guild} member={viewer} caption="Speak as" />
        <Icon name="chevron" size={16} />
      </button>
    </div>
  );
}

function Person({ guild, member, caption }: { guild: GuildState; member: APIGuildMember; caption?: string }) {
  const roles = rolesOf(member, guild.roles).filter(({ id }) => id !== guild.id);
  return (
    <span class="person">
      <Avatar id={member.user.id} name={memberName(member)} size={34} />
      <span class="person-text">
        {caption && <span class="person-caption">{caption}</span>}
        <span class="person-name">{memberName(member)}</span>
        <span class="person-roles">
          {member.user.id === guild.ownerId && <span class="role-pill role-owner">Owner</span>}
          {roles.map(({ id, name, color }) => (
            <span key={id} class="role-pill" style={color ? { '--role': colourText(color) } : {}}>
              {name}
            </span>
          ))}
        </span>
      </span>
    </span>
  );
}
