import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { VoiceControl } from '../audio/voice-control.ts';
import type { Actions } from './actions.ts';
import type { AppState } from './app-state.ts';
import type { Store } from './store.ts';

export interface App {
  store: Store<AppState>;
  actions: Actions;
  voice: VoiceControl;
}

export const AppContext = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('a component stands outside of AppContext');
  return app;
}

/** Renders again when what `select` returns changes. It must return the same object for the same state. */
export function useAppState<Selected>(select: (state: AppState) => Selected): Selected {
  const { store } = useApp();
  const [, render] = useState({});
  const selected = select(store.get());
  useEffect(() => {
    let last = select(store.get());
    if (last !== selected) render({});
    return store.subscribe(() => {
      const next = select(store.get());
      if (next === last) return;
      last = next;
      render({});
    });
  });
  return selected;
}
