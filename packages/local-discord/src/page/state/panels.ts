import type { PanelState } from '../../page-api/protocol.ts';
import type { Panel, PanelModule, PanelPage } from '../panel.ts';
import type { Api } from './api.ts';
import type { LoadedPanel } from './app-state.ts';
import { createPanelPage, type PanelPageInit } from './panel-page.ts';

export interface PanelsInit extends PanelPageInit {
  api: Api;
}

/** Loads the host's panels, in its order. One that fails leaves the others and the page as they are. */
export async function loadPanels({ api, ...init }: PanelsInit): Promise<void> {
  const page = createPanelPage(init);
  const { panels, links } = await api.panels();
  init.store.update(() => ({ links }));
  const loaded = await Promise.all(
    panels.map((state) => load(state, { ...page, data: () => dataOf(api, state.name) })),
  );
  init.store.update(() => ({ panels: loaded }));
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

async function dataOf(api: Api, name: string): Promise<unknown> {
  const { panels } = await api.panels();
  return panels.find((panel) => panel.name === name)?.data;
}

function addStyle(href: string): void {
  document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href }));
}
