import type { APIChannel } from 'discord-api-types/v10';
import type { GuildState } from '../../../page-api/protocol.ts';
import { channelType, isThread, isVoiceLike } from '../../model/discord-types.ts';
import { memberName } from '../../model/people.ts';
import { useApp, useAppState } from '../../state/app-context.ts';
import { voiceMembers } from '../../state/selectors.ts';
import { Avatar } from '../avatar.tsx';
import { Icon, type IconName } from '../icon.tsx';
import { useIdMenu } from '../id-menu.tsx';

export function ChannelRow({
  guild,
  channel,
  open,
}: {
  guild: GuildState;
  channel: APIChannel;
  open: boolean;
}) {
  const { actions } = useApp();
  const idMenu = useIdMenu([{ what: `channel ${channel.name}`, id: channel.id }]);
  return (
    <li>
      <button
        type="button"
        class={`channel-row ${isThread(channel.type) ? 'channel-thread' : ''}`}
        aria-current={open ? 'page' : undefined}
        onClick={() => actions.openChannel(channel.id)}
        {...idMenu}
      >
        <Icon name={channelIcon(channel.type)} size={18} />
        <span class="channel-name">{channel.name}</span>
        <span class="hidden"> ({channelKind(channel.type)})</span>
      </button>
      {isVoiceLike(channel.type) && <Occupants guild={guild} channelId={channel.id} />}
    </li>
  );
}

export function channelIcon(type: number): IconName {
  if (isThread(type)) return 'thread';
  const icons: Record<number, IconName> = {
    [channelType.Voice]: 'voice',
    [channelType.Stage]: 'stage',
    [channelType.Announcement]: 'announcement',
    [channelType.Forum]: 'forum',
  };
  return icons[type] ?? 'text';
}

function channelKind(type: number): string {
  if (isThread(type)) return 'thread';
  return channelIcon(type);
}

function Occupants({ guild, channelId }: { guild: GuildState; channelId: string }) {
  const speakerIds = useAppState(({ voice }) =>
    voice?.channelId === channelId ? voice.speakerIds : undefined,
  );
  const members = voiceMembers(guild, channelId);
  if (members.length === 0) return null;
  return (
    <ul class="occupants" aria-label="In this channel">
      {members.map((member) => (
        <li key={member.user.id} class="occupant">
          <Avatar
            id={member.user.id}
            name={memberName(member)}
            bot={member.user.bot}
            size={22}
            speaking={speakerIds?.includes(member.user.id) ?? false}
          />
          <span class="occupant-name">{memberName(member)}</span>
          {member.user.bot && <span class="tag">Bot</span>}
        </li>
      ))}
    </ul>
  );
}
