import type { VoiceControl } from '../audio/voice-control.ts';
import { type FoundControl, findButton, findChoice } from '../model/find-control.ts';
import type { PanelPage } from '../panel.ts';
import type { Actions } from './actions.ts';
import type { AppState } from './app-state.ts';
import { messagesOf, openChannel, openGuild, viewerOf } from './selectors.ts';
import type { Store } from './store.ts';

/** A bot may think for a while before its answer has the button. */
const controlWaitMs = 20_000;

export interface PanelPageInit {
  store: Store<AppState>;
  actions: Actions;
  voice: VoiceControl;
}

/** What panels read and do: the same as people by hand, with the same notices where something fails. */
export function createPanelPage({ store, actions, voice }: PanelPageInit): Omit<PanelPage, 'data'> {
  async function use(
    what: string,
    find: () => FoundControl | undefined,
    act: (control: FoundControl) => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const control = await awaited(store, find, signal);
    if (!control) return signal.aborted ? 'Stopped.' : `Nothing here is called “${what}”.`;
    const message = document.querySelector(`[data-message-id="${control.messageId}"]`);
    message?.scrollIntoView({ block: 'nearest' });
    return (await act(control)) ? undefined : lastFailure(store.get());
  }

  return {
    guilds: () => store.get().guilds,
    onGuilds(listener) {
      let { guilds } = store.get();
      return store.subscribe(() => {
        const before = guilds;
        ({ guilds } = store.get());
        if (guilds !== before) listener();
      });
    },
    openGuild: actions.openGuild,
    openChannel: actions.openChannel,
    setDraft: actions.setDraft,
    speakAs: actions.speakAs,
    async send(line) {
      actions.setDraft('');
      return (await actions.run(line, [])) ? undefined : lastFailure(store.get());
    },
    press: (label, signal) =>
      use(
        label,
        () => findButton(shown(store.get()), label),
        ({ messageId, customId }) => actions.click(messageId, customId, label),
        signal,
      ),
    choose: (label, signal) =>
      use(
        label,
        () => {
          const guild = openGuild(store.get());
          return guild && findChoice(shown(store.get()), guild, label);
        },
        ({ messageId, customId, value = '' }) => actions.select(messageId, customId, [value], label),
        signal,
      ),
    async join(channelId, signal) {
      const guild = openGuild(store.get());
      const viewer = guild && viewerOf(store.get(), guild);
      if (!guild || !viewer) return 'Nobody is chosen under “Speak as”.';
      voice.join({ guildId: guild.id, channelId, userId: viewer.user.id });
      const joined = await awaited(store, () => store.get().voice?.status !== 'joining' || undefined, signal);
      const { voice: heard } = store.get();
      if (joined && heard?.status === 'listening') return undefined;
      return heard?.refusal?.message ?? 'The voice channel did not answer.';
    },
  };
}

/** What the open channel shows. */
function shown(state: AppState) {
  const messages = messagesOf(state, openChannel(state)?.id ?? '');
  return messages.filter(({ id }) => !state.dismissed.has(id));
}

function lastFailure({ runs }: AppState): string {
  return runs.findLast(({ failure }) => failure)?.failure?.message ?? 'It failed.';
}

/** What `find` finds within the wait; undefined when it finds nothing, or is aborted. */
function awaited<Found>(
  store: Store<AppState>,
  find: () => Found | undefined,
  signal: AbortSignal,
): Promise<Found | undefined> {
  return new Promise((resolve) => {
    const end = (found: Found | undefined) => {
      clearTimeout(expiry);
      unsubscribe();
      signal.removeEventListener('abort', stop);
      resolve(found);
    };
    const stop = () => end(undefined);
    const look = () => {
      const found = signal.aborted ? undefined : find();
      if (found !== undefined || signal.aborted) end(found);
    };
    const expiry = setTimeout(stop, controlWaitMs);
    const unsubscribe = store.subscribe(look);
    signal.addEventListener('abort', stop);
    look();
  });
}
