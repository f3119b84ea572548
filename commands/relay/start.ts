import { z } from 'zod';
import { relayMode, relayStart, relayStatus } from '#contracts/actions/relay.ts';
import type { CommandContext, PanelHandler, View } from '#contracts/command.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { goneView, relayView, replaceView } from './view.ts';

/** How long the answer follows a relay that doesn't play yet; a panel follows it for longer. */
const followedMs = 30 * 60_000;
const lookEveryMs = 5_000;

const wish = z.object({
  channelId: z.string(),
  broadcast: z.string(),
  fallbacks: z.array(z.string()),
  mode: relayMode,
  replace: z.boolean(),
});

/** Starts, or asks first whether what plays in this server may end. */
export async function start(context: CommandContext, wanted: z.output<typeof wish>): Promise<View> {
  try {
    await context.perform(relayStart, { guildId: context.guildId, ...wanted });
  } catch (error) {
    if (!isGuildmeshError(error, 'RELAY_WOULD_REPLACE')) throw error;
    const draftId = await context.keep({ ...wanted, replace: true });
    return replaceView(error.message, context.customId('replace', draftId));
  }
  const { view, over } = await showStarted(context, wanted.channelId);
  const panel = { name: 'started', subject: wanted.channelId, everyMs: lookEveryMs };
  return over ? view : { ...view, panel };
}

export async function replace(context: CommandContext, draftId: string): Promise<View> {
  return start(context, wish.parse(await context.kept(draftId)));
}

/** Keeps the answer true: it follows the relay until it plays encrypted, or for half an hour. */
export const showStarted: PanelHandler = async (context, channelId) => {
  const { relays, lastEnded } = await context.perform(relayStatus, { guildId: context.guildId });
  const relay = relays.find((candidate) => candidate.channelId === channelId);
  if (!relay) return { view: goneView(context, channelId, lastEnded), over: true };
  const settled = relay.state === 'refused' || (relay.state === 'playing' && relay.e2ee);
  const old = context.nowMs - relay.startedAtMs > followedMs;
  return { view: relayView(context, relay), over: settled || old };
};
