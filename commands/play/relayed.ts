import { relayStatus, relayStop, relayVolume } from '#contracts/actions/relay.ts';
import type { ControlHandler, PanelContext, PanelHandler, View } from '#contracts/command.ts';
import { showPanel } from '../relay/panel.ts';
import { wantedVolume } from '../relay/panel-view.ts';
import { goneView, stoppedView } from '../relay/view.ts';
import { relayedView } from './relayed-view.ts';

export const relayedPanel: PanelHandler = async (context, channelId) => {
  const view = await showRelayed(context, channelId);
  return { view, over: view.panel === undefined };
};

async function showRelayed(context: PanelContext, channelId: string): Promise<View> {
  const { relays, lastEnded } = await context.perform(relayStatus, { guildId: context.guildId });
  const relay = relays.find((candidate) => candidate.channelId === channelId);
  if (!relay) return goneView(context, channelId, lastEnded);
  return relay.state === 'refused' ? stoppedView(relay) : relayedView(context, relay);
}

export const relayedControls: Readonly<Record<string, ControlHandler>> = {
  'r-volume': async (context, { data }) => {
    const { channelId, percent } = wantedVolume.read(data);
    await context.perform(relayVolume, { guildId: context.guildId, percent });
    return showRelayed(context, channelId);
  },
  'r-details': async (context, { data }) => (await showPanel(context, data)).view,
  'r-stop': async (context, { data: channelId }) =>
    stoppedView(await context.perform(relayStop, { guildId: context.guildId, channelId })),
};
