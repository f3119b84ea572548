import { guildSettingsRead } from '#contracts/actions/guild-settings.ts';
import type { CommandContext, CommandInput } from '#contracts/command.ts';

/** The options with the zone that counts: the one given, else the server's own where a time needs one. */
export async function withZone(
  context: CommandContext,
  options: CommandInput['options'],
): Promise<CommandInput['options']> {
  const isTimed = Boolean(options.at) || options.cron !== undefined;
  if (options.zone || !isTimed) return options;
  const { zone } = await context.perform(guildSettingsRead, { guildId: context.guildId });
  return { ...options, zone };
}
