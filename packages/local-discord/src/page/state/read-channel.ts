import type { Api } from './api.ts';
import type { AppState } from './app-state.ts';
import { openChannel, openGuild, viewerOf } from './selectors.ts';
import type { Store } from './store.ts';

/** Reads the newest messages of the open channel, as the guild's chosen member sees them. */
export async function readOpenChannel({ store, api }: { store: Store<AppState>; api: Api }): Promise<void> {
  const guild = openGuild(store.get());
  const channel = openChannel(store.get());
  const viewer = guild && viewerOf(store.get(), guild);
  if (!channel || !viewer) return;
  const before = store.get().messages[channel.id] ?? [];
  // Events that come while the answer is on its way find the channel known, and are kept.
  store.update(({ messages }) => ({ messages: { ...messages, [channel.id]: before } }));
  const { messages: read } = await api.messages(channel.id, viewer.user.id);
  const seen = new Set([...before, ...read].map(({ id }) => id));
  store.update(({ messages }) => {
    const since = (messages[channel.id] ?? []).filter(({ id }) => !seen.has(id));
    return { messages: { ...messages, [channel.id]: [...read, ...since] } };
  });
}
