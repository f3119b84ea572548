import { z } from 'zod';
import { type NeighbourView, neighbourLookMs, neighbourWaitMs } from '#contracts/actions/neighbour-view.ts';
import { nodeStart } from '#contracts/actions/node.ts';
import type { Played } from '#contracts/actions/player.ts';
import { playerLook, playerLookStop } from '#contracts/actions/player-looking.ts';
import type { CommandContext, ControlHandler, View } from '#contracts/command.ts';
import { canBeAwaited, lookingView, neighbourView, notLookingView, waitingView } from './neighbour-view.ts';
import { whoCan } from './who-can.ts';
import { type Wish, wish } from './wish.ts';

type Play = (context: CommandContext, wanted: Wish) => Promise<View>;
type Answer = Extract<Played, { outcome: 'neighbour' }>;

/** A community that is known and away is looked for less long than what one may do any moment; */
const absentLookMs = 2 * 60_000;
/** and a name that nobody has only as long as hubs that start together take to find each other: it may be a typing error. */
const strangeLookMs = neighbourWaitMs;

/** What is kept for the buttons. */
const draft = z.object({ name: z.string(), wanted: wish });

/** What is still missing. What only others can do is waited for, and then it plays; the rest is a button. */
export async function neighbourAnswer(
  context: CommandContext,
  asked: Wish,
  { neighbour: found, channelId }: Answer,
  play: Play,
): Promise<View> {
  const { guildId, nowMs } = context;
  // A button that allowed a key has done so, and people may leave the channel while they wait.
  const wanted = { ...asked, channelId, allow: false };
  let neighbour = found;
  let [leftMs, spentMs, draftId] = [lookMsOf(found), 0, ''];
  while (canBeAwaited(neighbour) && leftMs > 0) {
    const { name, state } = neighbour;
    draftId ||= await context.keep({ name, wanted });
    const untilMs = nowMs + spentMs + leftMs;
    await context.meanwhile(waitingView(context, { name, state }, { draftId, untilMs }));
    const what = wanted.what ?? '';
    const looked = await context.perform(playerLook, { guildId, what, state, waitMs: leftMs });
    if (looked.end === 'stopped') return notLookingView(context, name, draftId);
    if (looked.end === 'late') break;
    if (!looked.neighbour) return play(context, wanted);
    spentMs += leftMs - looked.leftMs;
    leftMs = state === 'absent' ? lookMsOf(looked.neighbour) : looked.leftMs;
    ({ neighbour } = looked);
  }
  return stepOf(context, wanted, neighbour);
}

function lookMsOf({ peerId, state }: NeighbourView): number {
  if (state !== 'absent') return neighbourLookMs;
  return peerId === '' ? strangeLookMs : absentLookMs;
}

/** **Allow and play** is bound to the key whose words are shown, not to the name. */
async function stepOf(context: CommandContext, wanted: Wish, neighbour: NeighbourView): Promise<View> {
  const { mayAllow, name, peerId } = neighbour;
  const bound = mayAllow && peerId ? { ...wanted, what: peerId } : wanted;
  const draftId = await context.keep({ name, wanted: bound });
  const managers = mayAllow ? '' : await whoCan(context, 'manager');
  return neighbourView(context, neighbour, { draftId, managers });
}

/** Names are read from what is kept; `play` is what they lead to. */
export function neighbourControls(play: Play): Readonly<Record<string, ControlHandler>> {
  const kept = async (context: CommandContext, draftId: string) => draft.parse(await context.kept(draftId));
  const lookAgain = async (context: CommandContext, draftId: string, change: Partial<Wish> = {}) => {
    const { name, wanted } = await kept(context, draftId);
    await context.meanwhile(lookingView(name));
    return play(context, { ...wanted, ...change });
  };
  return {
    again: (context, { data }) => lookAgain(context, data),
    allow: (context, { data }) => lookAgain(context, data, { allow: true }),
    connect: async (context, { data }) => {
      await context.perform(nodeStart, {});
      return lookAgain(context, data);
    },
    'look-stop': async (context, { data }) => {
      const { name } = await kept(context, data);
      await context.perform(playerLookStop, { guildId: context.guildId });
      return notLookingView(context, name, data);
    },
  };
}
