import type { Act, ActResult, ModalAct, SentFile } from '../../page-api/protocol.ts';
import { type Api, refusalOf } from './api.ts';
import type { AppState, Run } from './app-state.ts';
import { createIdMenu } from './id-menu.ts';
import { createNavigation } from './navigation.ts';
import { openChannel, openGuild, viewerOf } from './selectors.ts';
import type { Store } from './store.ts';
import type { WorldSync } from './world-sync.ts';

export interface ActionComponents {
  store: Store<AppState>;
  api: Api;
  sync: WorldSync;
}

export type Actions = ReturnType<typeof createActions>;

/** Everything the page's controls do. Each may be called at any time; failures are shown, never thrown. */
export function createActions({ store, api, sync }: ActionComponents) {
  let serial = 0;

  function act(): Act & { channelId: string } {
    const guild = openGuild(store.get());
    const userId = guild && viewerOf(store.get(), guild)?.user.id;
    return { guildId: guild?.id ?? '', userId: userId ?? '', channelId: openChannel(store.get())?.id ?? '' };
  }

  /** Shows `label` as on its way until the first answer, and the failure if none comes. */
  async function perform(
    label: string,
    call: (act: Act & { channelId: string }) => Promise<ActResult | undefined>,
  ) {
    serial += 1;
    const run: Run = { id: serial, label, ...act() };
    store.update(({ runs }) => ({ runs: [...runs, run] }));
    try {
      const result = await call(act());
      dismissRun(run.id);
      if (result?.modal) {
        const { guildId, userId } = run;
        const { interactionId, modal } = result;
        store.update(() => ({ modal: { guildId, userId, interactionId, data: modal } }));
      }
      return true;
    } catch (error) {
      const failed = { ...run, failure: refusalOf(error) };
      store.update(({ runs }) => ({ runs: runs.map((each) => (each.id === run.id ? failed : each)) }));
      return false;
    }
  }

  function dismissRun(id: number): void {
    store.update(({ runs }) => ({ runs: runs.filter((run) => run.id !== id) }));
  }

  return {
    ...createNavigation({ store, sync }),
    ...createIdMenu(store),
    dismissRun,
    closeModal: () => store.update(() => ({ modal: undefined })),

    run: (typed: string, attachments: SentFile[]) =>
      perform(typed.split(/\s+\w+:/)[0] ?? typed, (at) => api.run({ ...at, typed, attachments })),
    say: (content: string) =>
      perform('Message', async (at) => {
        await api.say({ ...at, content });
        return undefined;
      }),
    click: (messageId: string, customId: string, label: string) =>
      perform(label, (at) => api.click({ ...at, messageId, customId })),
    select: (messageId: string, customId: string, values: string[], label: string) =>
      perform(label, (at) => api.select({ ...at, messageId, customId, values })),
    runOnMessage: (commandName: string, messageId: string) =>
      perform(commandName, (at) => api.runOnMessage({ ...at, commandName, messageId })),
    submitModal(values: ModalAct['values'], files: ModalAct['files']) {
      const { modal } = store.get();
      if (!modal) return;
      const { guildId, userId, interactionId } = modal;
      store.update(() => ({ modal: undefined }));
      void perform(modal.data.title, () =>
        api.submitModal({ guildId, userId, interactionId, values, files }),
      );
    },
    autocomplete: (typed: string, signal: AbortSignal) => api.autocomplete({ ...act(), typed }, signal),
  };
}
