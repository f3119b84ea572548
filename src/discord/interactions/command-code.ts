import type { Command, CommandCode } from '#contracts/command.ts';
import type { Logger } from '#core/logger.ts';
import { discordErrors } from '../errors.ts';

/**
 * What a command does, loaded with the first use. Nothing is kept here: loading again costs nothing, and what failed
 * once is tried again. Throws DISCORD_COMMAND_NOT_LOADED.
 */
export async function codeOf(command: Command, logger: Pick<Logger, 'error'>): Promise<CommandCode> {
  try {
    return await command.load();
  } catch (cause) {
    const { name } = command.definition;
    logger.error({ err: cause, command: name }, 'the code of a command did not load');
    throw discordErrors.DISCORD_COMMAND_NOT_LOADED({ command: name }, { cause });
  }
}
