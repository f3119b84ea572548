import { memberName } from '../model/people.ts';
import { useApp, useAppState } from '../state/app-context.ts';
import { openGuild } from '../state/selectors.ts';
import { ColouredName } from './coloured-name.tsx';
import { useIdMenu } from './id-menu.tsx';

export function UserMention({ id }: { id: string }) {
  const guild = useAppState(openGuild);
  const member = guild?.members.find(({ user }) => user.id === id);
  const name = member ? memberName(member) : 'unknown-user';
  const idMenu = useIdMenu([{ what: name, id }]);
  return (
    <span class="mention" {...idMenu}>
      @{name}
    </span>
  );
}

export function RoleMention({ id }: { id: string }) {
  const guild = useAppState(openGuild);
  const role = guild?.roles.find((each) => each.id === id);
  const name = `@${role?.name.replace(/^@/, '') ?? 'unknown-role'}`;
  const idMenu = useIdMenu([{ what: `role ${name}`, id }]);
  return (
    <span {...idMenu}>
      <ColouredName kind="mention" name={name} colour={role?.color ?? 0} />
    </span>
  );
}

export function ChannelMention({ id }: { id: string }) {
  const { actions } = useApp();
  const guild = useAppState(openGuild);
  const channel = guild?.channels.find((each) => each.id === id);
  const idMenu = useIdMenu([{ what: `channel ${channel?.name ?? 'unknown'}`, id }]);
  if (!channel) return <span class="mention">#unknown</span>;
  return (
    <button type="button" class="mention mention-link" onClick={() => actions.openChannel(id)} {...idMenu}>
      #{channel.name}
    </button>
  );
}

/** A click puts the command into the composer, where its options can be typed. */
export function CommandMention({ text }: { text: string }) {
  const { actions } = useApp();
  return (
    <button type="button" class="mention mention-link" onClick={() => actions.setDraft(`${text} `)}>
      {text}
    </button>
  );
}
