import { render } from 'preact';
import { createVoiceControl } from './audio/voice-control.ts';
import { createActions } from './state/actions.ts';
import { api } from './state/api.ts';
import { AppContext } from './state/app-context.ts';
import { initialState } from './state/app-state.ts';
import { loadPanels } from './state/panels.ts';
import { savedChoices } from './state/saved-choices.ts';
import { createStore } from './state/store.ts';
import { startWorldSync } from './state/world-sync.ts';
import './styles/emoji.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/sidebar.css';
import './styles/message.css';
import './styles/component.css';
import './styles/composer.css';
import './styles/voice.css';
import './styles/modal.css';
import { AppFrame } from './ui/app-frame.tsx';
import { restoreTheme } from './ui/theme-toggle.tsx';

restoreTheme();
const store = createStore({ ...initialState, ...savedChoices() });
const sync = startWorldSync({ store, api });
const actions = createActions({ store, api, sync });
const voice = createVoiceControl(store);
// Panels are missing only without a server, which the page reports already.
loadPanels({ store, api, actions, voice }).catch(() => undefined);
const root = document.querySelector('#app');
if (root) {
  render(
    <AppContext.Provider value={{ store, actions, voice }}>
      <AppFrame />
    </AppContext.Provider>,
    root,
  );
}
