import { messageFlag } from '../model/discord-types.ts';
import { hasFlag } from '../model/message-groups.ts';
import type { AppState } from './app-state.ts';
import { saveChoices } from './saved-choices.ts';
import { messagesOf, openChannel } from './selectors.ts';
import type { Store } from './store.ts';
import type { WorldSync } from './world-sync.ts';

/** Changes of what is shown, and for which member. */
export function createNavigation({ store, sync }: { store: Store<AppState>; sync: WorldSync }) {
  function choose(change: (state: AppState) => Partial<AppState>): void {
    store.update(change);
    saveChoices(store.get());
  }

  /** What was said to one person, and what went wrong, leaves with the channel it is about. */
  function leave(go: () => void): void {
    const left = openChannel(store.get())?.id;
    go();
    if (left !== openChannel(store.get())?.id) store.update((state) => withoutNotices(state, left ?? ''));
    sync.readChannel();
  }

  return {
    openGuild(guildId: string): void {
      leave(() => choose(() => ({ guildId })));
    },
    openChannel(channelId: string): void {
      leave(() =>
        choose(({ guildId, channelIds }) => ({
          channelIds: { ...channelIds, [guildId ?? '']: channelId },
          drawerOpen: false,
        })),
      );
    },
    speakAs(userId: string): void {
      choose(({ guildId, viewers }) => ({ viewers: { ...viewers, [guildId ?? '']: userId } }));
      sync.lookAnew();
    },
    setDrawer: (drawerOpen: boolean) => store.update(() => ({ drawerOpen })),
    setDraft: (text: string) => store.update(() => ({ draft: { text } })),
    dismissMessage: (id: string) =>
      store.update(({ dismissed }) => ({ dismissed: new Set([...dismissed, id]) })),
  };
}

/** The state without the failures and the ephemeral messages of a channel. */
export function withoutNotices(state: AppState, channelId: string): Partial<AppState> {
  const ephemeral = messagesOf(state, channelId).filter((message) => hasFlag(message, messageFlag.Ephemeral));
  return {
    runs: state.runs.filter((run) => run.failure === undefined || run.channelId !== channelId),
    dismissed: new Set([...state.dismissed, ...ephemeral.map(({ id }) => id)]),
  };
}
