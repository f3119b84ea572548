import { useApp, useAppState } from '../../state/app-context.ts';
import { openChannel } from '../../state/selectors.ts';
import { Icon } from '../icon.tsx';
import { LevelMeter } from './level-meter.tsx';

/** What is being heard while another channel is open. */
export function VoiceDock() {
  const { actions, voice: control } = useApp();
  const voice = useAppState((state) => state.voice);
  const guilds = useAppState((state) => state.guilds);
  const openId = useAppState(openChannel)?.id;
  if (!voice || voice.status === 'ended' || voice.channelId === openId) return null;
  const guild = guilds.find(({ id }) => id === voice.guildId);
  const channel = guild?.channels.find(({ id }) => id === voice.channelId);
  const open = () => {
    actions.openGuild(voice.guildId);
    actions.openChannel(voice.channelId);
  };
  return (
    <section class="dock" aria-label="What you hear">
      <button type="button" class="dock-place" onClick={open}>
        <span class="dock-title">{voice.status === 'joining' ? 'Joining…' : 'Listening'}</span>
        <span class="dock-channel">
          {channel?.name} · {guild?.name}
        </span>
      </button>
      <LevelMeter voice={voice} small />
      <button type="button" class="icon-button" aria-label="Leave the voice channel" onClick={control.leave}>
        <Icon name="leave" />
      </button>
    </section>
  );
}
