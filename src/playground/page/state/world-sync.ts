import type { LiveEvent } from '../../page-api/protocol.ts';
import type { Api } from './api.ts';
import type { AppState } from './app-state.ts';
import { connectLive, type Live } from './live.ts';
import { reduceEvent } from './reduce-event.ts';
import { openChannel, openGuild, viewerOf } from './selectors.ts';
import type { Store } from './store.ts';

export interface WorldSync {
  /** Reads the open channel; its events keep it fresh afterwards. */
  readChannel(): Promise<void>;
  /** After "speak as": other eyes see other ephemeral messages. */
  lookAnew(): void;
}

/** Keeps the store what the playground is. */
export function startWorldSync({ store, api }: { store: Store<AppState>; api: Api }): WorldSync {
  const live: Live = connectLive({ onEvent, onLost: () => store.update(() => ({ connection: 'lost' })) });

  function onEvent(event: LiveEvent): void {
    if (event.type === 'ready') void readWorld();
    else if (event.type === 'guild' || event.type === 'commands') void readGuild(event.guildId);
    else store.update((state) => reduceEvent(state, event));
  }

  async function readWorld(): Promise<void> {
    const [{ guilds }, { hints }] = await Promise.all([api.world(), api.hints()]);
    // Other channels are read when they are opened.
    store.update(({ guildId }) => ({
      guilds,
      hints,
      messages: {},
      guildId: guilds.some(({ id }) => id === guildId) ? guildId : guilds[0]?.id,
    }));
    if (!sameViewers()) {
      lookAnew();
      return;
    }
    await readChannel();
    store.update(() => ({ connection: 'live' }));
  }

  async function readGuild(guildId: string): Promise<void> {
    const guild = await api.guild(guildId);
    store.update(({ guilds }) => ({ guilds: guilds.map((each) => (each.id === guildId ? guild : each)) }));
  }

  async function readChannel(): Promise<void> {
    const guild = openGuild(store.get());
    const channel = openChannel(store.get());
    const viewer = guild && viewerOf(store.get(), guild);
    if (!channel || !viewer || store.get().messages[channel.id]) return;
    // Events that come while the answer is on its way find the channel known and are not lost.
    store.update(({ messages }) => ({ messages: { ...messages, [channel.id]: [] } }));
    const { messages: read } = await api.messages(channel.id, viewer.user.id);
    store.update(({ messages }) => {
      const since = (messages[channel.id] ?? []).filter(({ id }) => !read.some((each) => each.id === id));
      return { messages: { ...messages, [channel.id]: [...read, ...since] } };
    });
  }

  let lookedAs: Record<string, string> = {};

  function chosenViewers(): Record<string, string> {
    const state = store.get();
    return Object.fromEntries(state.guilds.map((guild) => [guild.id, viewerOf(state, guild)?.user.id ?? '']));
  }

  function sameViewers(): boolean {
    return JSON.stringify(lookedAs) === JSON.stringify(chosenViewers());
  }

  function lookAnew(): void {
    lookedAs = chosenViewers();
    live.look(lookedAs);
  }

  return { readChannel, lookAnew };
}
