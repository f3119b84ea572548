import { broadcastList, broadcastNext } from '#contracts/actions/broadcast.ts';
import { relayNext, relayStatus, relayStop, relayVolume } from '#contracts/actions/relay.ts';
import type { ControlHandler, PanelContext, PanelHandler, View } from '#contracts/command.ts';
import { commandErrors } from '../errors.ts';
import { nextSource, panelView, wantedVolume } from './panel-view.ts';
import { goneView, stoppedView } from './view.ts';

/** `/relay panel`: for the given channel, or for whatever plays here. */
export async function openPanel(context: PanelContext, channelId: string | undefined): Promise<View> {
  const { relays } = await context.perform(relayStatus, { guildId: context.guildId });
  const relay = relays.find((candidate) => channelId === undefined || candidate.channelId === channelId);
  if (!relay) throw commandErrors.DISCORD_NOTHING_PLAYS();
  return (await showPanel(context, relay.channelId)).view;
}

export const showPanel: PanelHandler = async (context, channelId) => {
  const { guildId } = context;
  const { relays, lastEnded } = await context.perform(relayStatus, { guildId });
  const relay = relays.find((candidate) => candidate.channelId === channelId);
  if (!relay) return { view: goneView(context, channelId, lastEnded), over: true };
  // The sources of another community, and of another server of ours, are not shown here.
  const ours = relay.broadcast.includes('@')
    ? []
    : (await context.perform(broadcastList, { guildId, waitMs: 0 })).own;
  const source = ours.find((own) => own.id === relay.broadcast && own.guildId === guildId);
  return { view: panelView(context, relay, source), over: relay.state === 'refused' };
};

export const panelControls: Readonly<Record<string, ControlHandler>> = {
  'panel-refresh': async (context, { data }) => (await showPanel(context, data)).view,
  'panel-next': async (context, { data }) => {
    const { channelId, broadcast } = nextSource.read(data);
    if (broadcast) await context.perform(broadcastNext, { guildId: context.guildId, broadcast });
    else await context.perform(relayNext, { guildId: context.guildId, channelId });
    return (await showPanel(context, channelId)).view;
  },
  'panel-volume': async (context, { data }) => {
    const { channelId, percent } = wantedVolume.read(data);
    await context.perform(relayVolume, { guildId: context.guildId, percent });
    return (await showPanel(context, channelId)).view;
  },
  'panel-stop': async (context, { data }) => {
    const stopped = await context.perform(relayStop, { guildId: context.guildId, channelId: data });
    return stoppedView(stopped);
  },
};
