import { nodeStart } from '#contracts/actions/node.ts';
import { playerShare, playerShareList, playerUnshare } from '#contracts/actions/player-sharing.ts';
import { roleAtLeast } from '#contracts/actor.ts';
import type { CommandContext, ControlHandler, View } from '#contracts/command.ts';
import { notYoursView, shareView } from './share-view.ts';
import { roleHere, whoCan } from './who-can.ts';

async function showShare(context: CommandContext, ...said: string[]): Promise<View> {
  return shareView(context, await context.perform(playerShareList, { guildId: context.guildId }), said);
}

export const shareControls: Readonly<Record<string, ControlHandler>> = {
  share: async (context) => {
    const role = await roleHere(context);
    const isManager = role !== undefined && roleAtLeast(role, 'manager');
    return isManager ? showShare(context) : notYoursView(await whoCan(context, 'manager'));
  },
  'share-with': async (context, { values }) => {
    const { guildId } = context;
    const { nodeStarted, trusted } = await context.perform(playerShare, { guildId, peerIds: [...values] });
    return showShare(
      context,
      ...(nodeStarted ? ['We are connected to other communities now.'] : []),
      ...trusted.map((name) => `${name} is allowed from now on.`),
    );
  },
  unshare: async (context, { values }) => {
    await context.perform(playerUnshare, { guildId: context.guildId, peerIds: [...values] });
    return showShare(context, 'They hear it no longer. Their channel says why.');
  },
  'share-look': (context) => showShare(context),
  'share-connect': async (context) => {
    await context.perform(nodeStart, {});
    return showShare(context, 'We are connected to other communities now.');
  },
};
