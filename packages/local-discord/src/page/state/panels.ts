import type { PanelState } from '../../page-api/protocol.ts';
import type { Panel, PanelModule, PanelPage } from '../panel.ts';
import type { Actions } from './actions.ts';
import type { Api } from './api.ts';
import type { AppState, LoadedPanel } from './app-state.ts';
import type { Store } from './store.ts';

export interface PanelsInit {
  store: Store<AppState>;
  api: Api;
  actions: Actions;
}

/** Loads the host's panels, in its order. One that fails leaves the others and the page as they are. */
export async function loadPanels({ store, api, actions }: PanelsInit): Promise<void> {
  const page = panelPage(store, actions);
  const { panels } = await api.panels();
  const loaded = await Promise.all(panels.map((state) => load(state, page)));
  store.update(() => ({ panels: loaded }));
}

async function load({ name, module, style, data }: PanelState, page: PanelPage): Promise<LoadedPanel> {
  try {
    const loaded: PanelModule = await import(/* @vite-ignore */ module);
    if (style) addStyle(style);
    const panel: Panel = loaded.createPanel(page, data);
    return { name, panel };
  } catch (error) {
    return { name, problem: error instanceof Error ? error.message : String(error) };
  }
}

function addStyle(href: string): void {
  document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href }));
}

function panelPage(store: Store<AppState>, { openGuild, openChannel, setDraft }: Actions): PanelPage {
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
    openGuild,
    openChannel,
    setDraft,
  };
}
