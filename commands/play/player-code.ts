import type { CommandCode } from '#contracts/command.ts';
import { panelControls, showPanel } from '../relay/panel.ts';
import { addForm, addSubmitted } from './add.ts';
import { cardControls, cardPanel } from './card.ts';
import { moreControls, restForm, restSubmitted } from './more.ts';
import { playControls } from './play.ts';
import { queueControls } from './queue.ts';
import { relayedControls, relayedPanel } from './relayed.ts';
import { shareControls } from './share.ts';

/** What answers the controls, windows and panels that `declaredPlayer` names. */
export const playerCode: Omit<CommandCode, 'run'> = {
  panels: { card: cardPanel, relayed: relayedPanel, live: showPanel },
  controls: {
    ...cardControls,
    ...moreControls,
    ...queueControls,
    ...shareControls,
    ...relayedControls,
    ...playControls,
    ...panelControls,
  },
  opens: { add: (context) => addForm(context), rest: (context) => restForm(context) },
  forms: { add: addSubmitted, rest: restSubmitted },
};
