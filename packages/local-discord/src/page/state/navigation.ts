import type { AppState } from './app-state.ts';
import { saveChoices } from './saved-choices.ts';
import type { Store } from './store.ts';
import type { WorldSync } from './world-sync.ts';

/** Changes of what is shown, and for which member. */
export function createNavigation({ store, sync }: { store: Store<AppState>; sync: WorldSync }) {
  function choose(change: (state: AppState) => Partial<AppState>): void {
    store.update(change);
    saveChoices(store.get());
  }

  return {
    openGuild(guildId: string): void {
      choose(() => ({ guildId }));
      sync.readChannel();
    },
    openChannel(channelId: string): void {
      choose(({ guildId, channelIds }) => ({
        channelIds: { ...channelIds, [guildId ?? '']: channelId },
        drawerOpen: false,
      }));
      sync.readChannel();
    },
    speakAs(userId: string): void {
      choose(({ guildId, viewers }) => ({ viewers: { ...viewers, [guildId ?? '']: userId } }));
      sync.lookAnew();
    },
    setDrawer: (drawerOpen: boolean) => store.update(() => ({ drawerOpen })),
    setDraft: (text: string) => store.update(({ draft }) => ({ draft: { text, serial: draft.serial + 1 } })),
    dismissMessage: (id: string) =>
      store.update(({ dismissed }) => ({ dismissed: new Set([...dismissed, id]) })),
  };
}
