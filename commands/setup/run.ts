import { accessList } from '#contracts/actions/access.ts';
import type { CommandCode, CommandContext, View } from '#contracts/command.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { publicationControls } from '../publish/controls.ts';
import { placeControls, showPlaces } from '../publish/place-controls.ts';
import { cardControls, helloView, membersView } from './cards.ts';
import { setupFacts } from './facts.ts';
import { neighbourControls } from './neighbours.ts';
import { overviewView, refusedView } from './overview.ts';
import { withBack } from './parts.ts';
import { soundControls } from './sound.ts';
import { timesControls, zoneForm, zoneTyped } from './times.ts';
import { whoControls } from './who.ts';

export const code: CommandCode = {
  run: overview,
  controls: {
    open: overview,
    overview,
    ...whoControls,
    ...soundControls,
    ...neighbourControls,
    ...timesControls,
    ...cardControls,
    ...publicationControls.controls,
    ...placeControls.controls,
    places: async (context) => withBack(context, await showPlaces(context)),
  },
  opens: { 'type-zone': zoneForm, ...publicationControls.opens, ...placeControls.opens },
  forms: { zone: zoneTyped, ...publicationControls.forms, ...placeControls.forms },
  panels: {
    ...publicationControls.panels,
    ...placeControls.panels,
    hello: async (context) => ({ view: helloView(context), over: true }),
    members: async (context) => ({ view: membersView(context), over: true }),
  },
};

async function overview(context: CommandContext): Promise<View> {
  try {
    return overviewView(context, await setupFacts(context));
  } catch (error) {
    if (!isGuildmeshError(error, 'ACTION_FORBIDDEN')) throw error;
    return refusedView(context, await context.perform(accessList, { guildId: context.guildId }));
  }
}
