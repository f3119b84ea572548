import type { Panel, PanelPage } from '@guildmesh/local-discord/page-panel';
import './first-minute.css';
import { type HintStep, hintSteps } from './hint-steps.ts';

/** “What to type”: the steps of the first minute. A click on a command puts it into the composer of its channel. */
export function createPanel(page: PanelPage, data: unknown): Panel {
  const hints = Array.isArray(data) ? data.map(String) : [];
  return {
    title: 'What to type',
    mount(body) {
      const list = element('ol', 'hint-steps');
      // The guild and channel that a step names are known only when the world is.
      const fill = () =>
        list.replaceChildren(...hintSteps(hints, page.guilds()).map((step) => line(page, step)));
      fill();
      body.append(list);
      return page.onGuilds(fill);
    },
  };
}

function line(page: PanelPage, { parts, guildId, channelId }: HintStep): HTMLElement {
  const use = (command: string) => {
    if (guildId) page.openGuild(guildId);
    if (channelId) page.openChannel(channelId);
    page.setDraft(`${command} `);
  };
  const text = element('span', 'hint-text');
  text.append(
    ...parts.map((part) =>
      part.kind === 'text' ? part.text : commandButton(part.text, () => use(part.text)),
    ),
  );
  const item = element('li', 'hint-step');
  item.append(text);
  return item;
}

function commandButton(command: string, onClick: () => void): HTMLElement {
  const button = element('button', 'hint-command');
  Object.assign(button, { type: 'button', title: 'Put this into the composer', textContent: command });
  button.addEventListener('click', onClick);
  return button;
}

function element(tag: string, className: string): HTMLElement {
  return Object.assign(document.createElement(tag), { className });
}
