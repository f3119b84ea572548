import type { z } from 'zod';
import { accessList } from '#contracts/actions/access.ts';
import { doctorRun } from '#contracts/actions/doctor.ts';
import { guildSetup } from '#contracts/actions/guild-settings.ts';
import { nodePeers, nodeStatus } from '#contracts/actions/node.ts';
import { relayStatus } from '#contracts/actions/relay.ts';
import { targetList } from '#contracts/actions/targets.ts';
import type { CommandContext } from '#contracts/command.ts';
import { isGuildmeshError } from '#core/errors.ts';

/** Everything that the lamps of the overview ask. Undefined: it can't be seen now. */
export interface SetupFacts {
  settings: z.output<typeof guildSetup.output>;
  access: z.output<typeof accessList.output> | undefined;
  sound: z.output<typeof relayStatus.output> | undefined;
  findings: z.output<typeof doctorRun.output>['findings'];
  node: z.output<typeof nodeStatus.output> | undefined;
  peers: z.output<typeof nodePeers.output> | undefined;
  targets: z.output<typeof targetList.output> | undefined;
}

/**
 * Nothing of it is stored as done: each part is what an action answers at this moment. Throws ACTION_FORBIDDEN for
 * anybody but managers.
 */
export async function setupFacts(context: CommandContext): Promise<SetupFacts> {
  const { guildId } = context;
  const settings = await context.perform(guildSetup, { guildId });
  const [access, sound, diagnosis, node, peers, targets] = await Promise.all([
    known(context.perform(accessList, { guildId })),
    known(context.perform(relayStatus, { guildId })),
    known(context.perform(doctorRun, { guildId })),
    known(context.perform(nodeStatus, {})),
    known(context.perform(nodePeers, {})),
    known(context.perform(targetList, { guildId })),
  ]);
  return { settings, access, sound, findings: diagnosis?.findings ?? [], node, peers, targets };
}

/** A part that refuses leaves the others their lamps. */
async function known<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isGuildmeshError(error)) return undefined;
    throw error;
  }
}
