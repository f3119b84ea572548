import type { LiveEvent } from '../../page-api/protocol.ts';
import { type Api, Refused } from './api.ts';
import type { AppState } from './app-state.ts';
import { connectLive, type Live } from './live.ts';
import { readOpenChannel } from './read-channel.ts';
import { reduceEvent } from './reduce-event.ts';
import { openChannel, viewerOf } from './selectors.ts';
import type { Store } from './store.ts';

export interface WorldSync {
  /** Reads the open channel, once; its events keep it fresh afterwards. */
  readChannel(): void;
  /** After "speak as": other members see other ephemeral messages. */
  lookAnew(): void;
}

/** Keeps the store in step with the playground. */
export function startWorldSync({ store, api }: { store: Store<AppState>; api: Api }): WorldSync {
  let lookedAs: Record<string, string> = {};
  const live: Live = connectLive({ onEvent, onLost });

  function onLost(): void {
    store.update(() => ({ connection: 'lost' }));
  }

  function onEvent(event: LiveEvent): void {
    if (event.type === 'ready') attempt(readWorld);
    else if (event.type === 'guild' || event.type === 'commands') attempt(() => readGuild(event.guildId));
    else store.update((state) => reduceEvent(state, event));
  }

  /**
   * A refusal means that the requested thing is gone, which an event reports; any other error means that the server is.
   */
  function attempt(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      if (!(error instanceof Refused)) onLost();
    });
  }

  async function readWorld(): Promise<void> {
    const { guilds } = await api.world();
    store.update(({ guildId }) => ({
      guilds,
      guildId: guilds.some(({ id }) => id === guildId) ? guildId : guilds[0]?.id,
    }));
    if (JSON.stringify(lookedAs) !== JSON.stringify(chosenViewers())) {
      lookAnew();
      return;
    }
    // Other channels are read afresh when they are opened.
    const channelId = openChannel(store.get())?.id ?? '';
    store.update(({ messages }) => ({ messages: { [channelId]: messages[channelId] ?? [] } }));
    await readOpenChannel({ store, api });
    store.update(() => ({ connection: 'live' }));
  }

  async function readGuild(guildId: string): Promise<void> {
    const guild = await api.guild(guildId);
    store.update(({ guilds }) => ({ guilds: guilds.map((each) => (each.id === guildId ? guild : each)) }));
  }

  function chosenViewers(): Record<string, string> {
    const state = store.get();
    return Object.fromEntries(state.guilds.map((guild) => [guild.id, viewerOf(state, guild)?.user.id ?? '']));
  }

  function lookAnew(): void {
    lookedAs = chosenViewers();
    live.look(lookedAs);
  }

  return {
    readChannel() {
      const channel = openChannel(store.get());
      if (channel && !store.get().messages[channel.id]) attempt(() => readOpenChannel({ store, api }));
    },
    lookAnew,
  };
}
