import type { APIChannel } from 'discord-api-types/v10';
import type { GuildState } from '../../../page-api/protocol.ts';
import { channelType } from '../../model/discord-types.ts';
import { memberName } from '../../model/people.ts';
import { useApp, useAppState } from '../../state/app-context.ts';
import { viewerOf, voiceMembers } from '../../state/selectors.ts';
import { Avatar } from '../avatar.tsx';
import { Icon } from '../icon.tsx';
import { EncryptionBadge } from './encryption-badge.tsx';
import { LevelMeter } from './level-meter.tsx';
import { VoiceCounters } from './voice-counters.tsx';
import { VolumeSlider } from './volume-slider.tsx';

/** The upper part of a voice or stage channel: who is in it, and how to hear it. */
export function VoiceRoom({ guild, channel }: { guild: GuildState; channel: APIChannel }) {
  const { voice: control } = useApp();
  const voice = useAppState((state) => (state.voice?.channelId === channel.id ? state.voice : undefined));
  const viewers = useAppState((state) => state.viewers);
  const viewer = viewerOf({ viewers }, guild);
  const heard = voice !== undefined && voice.status !== 'ended';
  const join = () => {
    if (viewer) control.join({ guildId: guild.id, channelId: channel.id, userId: viewer.user.id });
  };
  return (
    <section class="room" aria-label={`Voice in ${channel.name}`}>
      <ul class="room-tiles">
        {voiceMembers(guild, channel.id).map((member) => (
          <li
            key={member.user.id}
            class="tile"
            data-speaking={voice?.speakerIds.includes(member.user.id) ?? false}
          >
            <Avatar
              id={member.user.id}
              name={memberName(member)}
              bot={member.user.bot}
              size={56}
              speaking={voice?.speakerIds.includes(member.user.id) ?? false}
            />
            <span class="tile-name">{memberName(member)}</span>
          </li>
        ))}
        {voiceMembers(guild, channel.id).length === 0 && (
          <li class="room-empty">
            Nobody is here yet.
            {channel.type === channelType.Stage ? ' A stage is heard as it is sent, without E2EE.' : ''}
          </li>
        )}
      </ul>
      {voice && heard && (
        <div class="room-sound">
          <LevelMeter voice={voice} />
          <div class="room-facts">
            <EncryptionBadge voice={voice} />
            <VoiceCounters voice={voice} />
          </div>
        </div>
      )}
      <div class="room-controls">
        {heard ? (
          <>
            <VolumeSlider onChange={control.setVolume} />
            <button type="button" class="button button-danger" onClick={control.leave}>
              <Icon name="leave" size={18} /> Leave
            </button>
          </>
        ) : (
          <button type="button" class="button button-primary" onClick={join}>
            <Icon name="headphones" size={18} /> Join and listen
          </button>
        )}
      </div>
      {voice?.refusal && (
        <p class="room-refusal" role="alert">
          {voice.refusal.message} {voice.refusal.next} <span class="run-code">{voice.refusal.code}</span>
        </p>
      )}
    </section>
  );
}
