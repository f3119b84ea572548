import { useEffect } from 'preact/hooks';
import { useApp, useAppState } from '../state/app-context.ts';
import { openChannel, openGuild } from '../state/selectors.ts';
import { ChannelPane } from './channel-pane.tsx';
import { IdMenu } from './id-menu.tsx';
import { MemberList } from './member-list.tsx';
import { ModalDialog } from './modal/modal-dialog.tsx';
import { ChannelList } from './sidebar/channel-list.tsx';
import { GuildRail } from './sidebar/guild-rail.tsx';
import { SpeakAs } from './sidebar/speak-as.tsx';
import { VoiceDock } from './voice/voice-dock.tsx';

export function AppFrame() {
  const { actions } = useApp();
  const guild = useAppState(openGuild);
  const channel = useAppState(openChannel);
  const drawerOpen = useAppState((state) => state.drawerOpen);
  const connection = useAppState((state) => state.connection);
  const modal = useAppState((state) => state.modal);

  useEffect(() => {
    document.title = guild && channel ? `#${channel.name} · ${guild.name} · Playground` : 'Playground';
  }, [guild?.name, channel?.name]);

  useEffect(() => {
    if (!drawerOpen) return;
    const closeOnEscape = ({ key }: KeyboardEvent) => key === 'Escape' && actions.setDrawer(false);
    addEventListener('keydown', closeOnEscape);
    return () => removeEventListener('keydown', closeOnEscape);
  }, [drawerOpen]);

  if (!guild || !channel) return <Waiting connection={connection} />;
  return (
    <div class={`frame ${drawerOpen ? 'frame-drawer' : ''}`}>
      <a class="skip-link" href="#composer-input">
        Skip to the composer
      </a>
      <div class="sidebar" id="sidebar">
        <GuildRail />
        <div class="sidebar-main">
          <ChannelList guild={guild} openId={channel.id} />
          <VoiceDock />
          <SpeakAs guild={guild} />
        </div>
      </div>
      <button
        type="button"
        class="drawer-shade"
        aria-label="Close the channel list"
        onClick={() => actions.setDrawer(false)}
      />
      <ChannelPane key={channel.id} guild={guild} channel={channel} />
      <MemberList guild={guild} />
      {connection === 'lost' && (
        <p class="toast" role="status">
          The playground went away. Connecting again…
        </p>
      )}
      <IdMenu />
      {modal && <ModalDialog key={modal.interactionId} modal={modal} />}
    </div>
  );
}

function Waiting({ connection }: { connection: string }) {
  return (
    <main class="waiting">
      <img src="/favicon.svg" alt="" width="64" height="64" />
      <p role="status">
        {connection === 'lost' ? 'The playground does not answer. Is it running?' : 'Opening the playground…'}
      </p>
    </main>
  );
}
