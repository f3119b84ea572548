import type { APIChannel } from 'discord-api-types/v10';
import type { GuildState } from '../../page-api/protocol.ts';
import { channelType, isVoiceLike } from '../model/discord-types.ts';
import { useApp, useAppState } from '../state/app-context.ts';
import { Composer } from './composer/composer.tsx';
import { ForumPosts } from './forum-posts.tsx';
import { HostPanels, PanelButtons, usePanelChoices } from './host-panels.tsx';
import { Icon } from './icon.tsx';
import { MessageList } from './message/message-list.tsx';
import { channelIcon } from './sidebar/channel-row.tsx';
import { VoiceRoom } from './voice/voice-room.tsx';

export function ChannelPane({ guild, channel }: { guild: GuildState; channel: APIChannel }) {
  const { actions } = useApp();
  const drawerOpen = useAppState((state) => state.drawerOpen);
  const panels = usePanelChoices();
  const topic = 'topic' in channel ? channel.topic : undefined;
  return (
    <main class="pane">
      <header class="pane-header">
        <button
          type="button"
          class="icon-button drawer-button"
          aria-label="Guilds and channels"
          aria-expanded={drawerOpen}
          aria-controls="sidebar"
          onClick={() => actions.setDrawer(!drawerOpen)}
        >
          <Icon name="menu" />
        </button>
        <Icon name={channelIcon(channel.type)} />
        <h2 class="pane-title">{channel.name}</h2>
        {topic && <p class="pane-topic">{topic}</p>}
        <span class="pane-space" />
        <PanelButtons choices={panels} />
      </header>
      <HostPanels choices={panels} />
      {isVoiceLike(channel.type) && <VoiceRoom guild={guild} channel={channel} />}
      {channel.type === channelType.Forum ? (
        <ForumPosts guild={guild} forumId={channel.id} />
      ) : (
        <MessageList guild={guild} channel={channel} />
      )}
      <Composer guild={guild} channel={channel} />
    </main>
  );
}
