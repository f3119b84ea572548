import type { Perform } from '#contracts/action.ts';
import { relayVolume } from '#contracts/actions/relay.ts';
import type { GuildSettingsReader } from '#contracts/guild-settings.ts';
import type { BroadcastComponents, SourceTimes } from './broadcast/broadcast.ts';
import type { OwnBroadcasts } from './broadcast/own-broadcasts.ts';
import type { Sharing } from './neighbours/sharing.ts';
import { PlayerChanges } from './player/player-changes.ts';
import { PlayerService, type PlayerServiceComponents } from './player/player-service.ts';
import { PlayerSound } from './player/player-sound.ts';
import type { VoiceEngine } from './voice-contract.ts';

type Made = 'newSound' | 'changes' | 'settings' | 'onSettings' | 'sharedWith' | 'setVolume';

export interface CreatePlayerComponents
  extends BroadcastComponents,
    Omit<PlayerServiceComponents, Made | 'sources' | 'logger' | 'clock' | 'chance'> {
  own: OwnBroadcasts;
  sharing: Sharing;
  settings: GuildSettingsReader;
  voice: Pick<VoiceEngine, 'delayMs'>;
  perform: Perform;
}

export interface CreatePlayerInit extends SourceTimes {
  playersMax: number;
  subscribersMax: number;
}

/** The players, each with a broadcast of its own. */
export function createPlayer(components: CreatePlayerComponents, init: CreatePlayerInit): PlayerService {
  const { clock, perform, settings, sharing, voice } = components;
  const { playersMax, ...common } = init;
  const changes = new PlayerChanges();
  sharing.onChange((guildId) => changes.changed(guildId));
  return new PlayerService(
    {
      ...{ ...components, changes },
      settings: (guildId) => settings.of(guildId),
      onSettings: (listener) => settings.onChange(listener),
      sharedWith: (guildId) => sharing.viewOf(guildId),
      // As `/relay volume` does; the player has decided who may.
      async setVolume(guildId, percent) {
        await perform(relayVolume, { kind: 'system', reason: 'player', guildId }, { guildId, percent });
      },
      newSound: (own) =>
        new PlayerSound(components, {
          ...{ ...common, ...own, startedAtMs: clock.nowMs(), homeDelayMs: voice.delayMs },
          sharedWith: () => sharing.of(own.guildId),
        }),
    },
    { playersMax },
  );
}
