import { ButtonStyle } from 'discord-api-types/v10';
import type { z } from 'zod';
import { doctorRun, type findingView } from '#contracts/actions/doctor.ts';
import { type CommunityOutput, nodePeers, nodeStart, nodeStatus } from '#contracts/actions/node.ts';
import type { CommandContext, ControlInput, View } from '#contracts/command.ts';
import { cutGraphemes, inert } from '#core/text/inert.ts';
import { button, buttons, capped, card, code, lines, shortPeerId } from '../layout.ts';
import { confirm, trust } from '../node/trust.ts';
import { optionSelect, pickedMax, withBack } from './parts.ts';

type Finding = z.output<typeof findingView>;

const communitiesCap = { countMax: 15, lengthMax: 2_400 };
const labelMax = 100;

export const neighbourControls = {
  neighbours: (context: CommandContext) => showNeighbours(context),
  connect: async (context: CommandContext) => {
    await context.perform(nodeStart, {});
    return showNeighbours(context);
  },
  allow: async (context: CommandContext, { values: [community = ''] }: ControlInput) =>
    withBack(context, await trust(context, { community })),
  confirm: async (context: CommandContext, { data }: ControlInput) =>
    withBack(context, await confirm(context, data)),
};

async function showNeighbours(context: CommandContext): Promise<View> {
  const { guildId } = context;
  const [{ state }, { communities }, { findings }] = await Promise.all([
    context.perform(nodeStatus, {}),
    context.perform(nodePeers, {}),
    context.perform(doctorRun, { guildId }),
  ]);
  const isOff = state === 'stopped' || state === 'stopping';
  const open = communities.filter(({ trusted }) => !trusted).slice(0, pickedMax);
  return withBack(
    context,
    card(isOff ? 'idle' : 'plain', [
      lines(
        '### Neighbours',
        isOff
          ? 'The bot is alone: it neither finds other communities nor is found.'
          : communities.length === 0 && 'No other community is found here yet. Is its bot running?',
        ...capped(communities, communitiesCap, (community) => bothWays(community, findings)),
      ),
      ...(open.length > 0
        ? [
            optionSelect(
              context.customId('allow'),
              'Allow a community to hear what we share',
              open.map(({ name, peerId }) => ({
                label: cutGraphemes(`${inert(name, labelMax) || peerId}`, labelMax),
                value: peerId,
                description: `unverified · ${shortPeerId(peerId)}`,
              })),
            ),
          ]
        : []),
      buttons(
        isOff
          ? button('Connect', context.customId('connect'), ButtonStyle.Primary)
          : button('Look again', context.customId('neighbours')),
      ),
      lines(
        '-# Before anybody is allowed you see six words: the people of that community read theirs out, and they have to be the same.',
      ),
    ]),
  );
}

/** "We allow North · North allows us" */
export function bothWays({ name, peerId, trusted }: CommunityOutput, findings: readonly Finding[]): string {
  const called = `**${inert(name, 40)}** ${code(shortPeerId(peerId))}`;
  if (!trusted) return `⚪ ${called} · found, and we don’t allow it yet`;
  const finding = findings.find(({ id }) => id === `mesh.community.${peerId}`);
  if (finding?.level === 'ok') return `🟢 ${called} · we allow it · it allows us`;
  if (finding?.level === 'problem')
    return `🟡 ${called} · we allow it · it doesn’t allow us yet, or isn’t there: a manager there opens \`/setup\`, too`;
  return `🟡 ${called} · we allow it · whether it allows us isn’t known now`;
}
