import { type TargetView, targetList } from '#contracts/actions/targets.ts';
import type { CommandContext } from '#contracts/command.ts';
import { commandErrors } from './errors.ts';

export interface Wanted {
  /** As typed; absent: the only one that fits. */
  name: string | undefined;
  /** "pages", "files": the content that has no target. */
  what: string;
  publisher: string;
  /** What `/publish target add` would call such a target, and its options. */
  called: string;
  options: string;
  fits: (target: TargetView) => boolean;
}

/** Throws DISCORD_NO_FITTING_TARGET, DISCORD_WHICH_TARGET. The action checks a given name. */
export async function pickTarget(
  context: CommandContext,
  { name, what, publisher, called, options, fits }: Wanted,
): Promise<string> {
  if (name !== undefined) return name;
  const { targets } = await context.perform(targetList, { guildId: context.guildId });
  const [first, ...others] = targets.filter((target) => target.publisher === publisher && fits(target));
  if (!first) throw commandErrors.DISCORD_NO_FITTING_TARGET({ what, publisher, called, options });
  if (others.length > 0)
    throw commandErrors.DISCORD_WHICH_TARGET({ targets: [first, ...others].map((target) => target.name) });
  return first.name;
}
