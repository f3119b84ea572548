import { type ListenNotice, listenPath } from '../../page-api/protocol.ts';
import { type AppState, silentVoice, type VoiceState } from '../state/app-state.ts';
import type { Store } from '../state/store.ts';
import { createFramePlayer, type FramePlayer } from './frame-player.ts';

/** How often what was heard reaches the screen. */
const showIntervalMs = 100;

export interface VoiceControl {
  /** Joins as a listener. Call it from a click: browsers start audio only then. */
  join(place: Pick<VoiceState, 'guildId' | 'channelId' | 'userId'>): void;
  leave(): void;
  /** 0…1 */
  setVolume(volume: number): void;
}

export function createVoiceControl(store: Store<AppState>): VoiceControl {
  let current: { socket: WebSocket; player: FramePlayer; timer: ReturnType<typeof setInterval> } | undefined;
  let volume = 1;

  function show(change: Partial<VoiceState>): void {
    store.update(({ voice }) => ({ voice: voice && { ...voice, ...change } }));
  }

  function onNotice(notice: ListenNotice): void {
    if (notice.type === 'joined') show({ status: 'listening' });
    else if (notice.type === 'stats') show({ stats: notice.stats });
    else show({ status: 'ended', refusal: notice.refusal });
  }

  function hangUp(): void {
    if (!current) return;
    const { socket, player, timer } = current;
    current = undefined;
    clearInterval(timer);
    socket.close();
    player.close();
  }

  return {
    join(place) {
      hangUp();
      store.update(() => ({ voice: silentVoice(place) }));
      const player = createFramePlayer();
      player.setVolume(volume);
      const query = new URLSearchParams({
        guild: place.guildId,
        user: place.userId,
        channel: place.channelId,
      });
      const socket = new WebSocket(`${listenPath}?${query}`);
      socket.binaryType = 'arraybuffer';
      socket.onmessage = ({ data }) => {
        if (typeof data === 'string') onNotice(JSON.parse(data) as ListenNotice);
        else if (data instanceof ArrayBuffer) player.play(new Uint8Array(data));
      };
      const timer = setInterval(() => show(player.report()), showIntervalMs);
      current = { socket, player, timer };
      socket.onclose = () => {
        if (current?.socket !== socket) return;
        hangUp();
        show({ status: 'ended', speakerIds: [] });
      };
    },
    leave() {
      hangUp();
      store.update(() => ({ voice: undefined }));
    },
    setVolume(next) {
      volume = next;
      current?.player.setVolume(next);
    },
  };
}
