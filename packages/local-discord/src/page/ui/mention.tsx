import { memberName } from '../model/people.ts';
import { useApp, useAppState } from '../state/app-context.ts';
import { openGuild } from '../state/selectors.ts';
import { ColouredName } from './coloured-name.tsx';

export function UserMention({ id }: { id: string }) {
  const guild = useAppState(openGuild);
  const member = guild?.members.find(({ user }) => user.id === id);
  return <span class="mention">@{member ? memberName(member) : 'unknown-user'}</span>;
}

export function RoleMention({ id }: { id: string }) {
  const guild = useAppState(openGuild);
  const role = guild?.roles.find((each) => each.id === id);
  const name = `@${role?.name.replace(/^@/, '') ?? 'unknown-role'}`;
  return <ColouredName kind="mention" name={name} colour={role?.color ?? 0} />;
}

export function ChannelMention({ id }: { id: string }) {
  const { actions } = useApp();
  const guild = useAppState(openGuild);
  const channel = guild?.channels.find((each) => each.id === id);
  if (!channel) return <span class="mention">#unknown</span>;
  return (
    <button type="button" class="mention mention-link" onClick={() => actions.openChannel(id)}>
      #{channel.name}
    </button>
  );
}
