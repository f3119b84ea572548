import type { APIInteraction } from 'discord-api-types/v10';
import type { View } from '#contracts/command.ts';
import type { Chance } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { userIdOf } from './asker.ts';
import { defectView, errorView } from './error-view.ts';

const referenceCharacters = 8;

/** Logs a failure by its kind and returns what the asker may see of it. */
export function describeFailure(
  { logger, chance }: { logger: Logger; chance: Pick<Chance, 'uuid'> },
  error: unknown,
  interaction: APIInteraction,
): View {
  const asked = {
    interactionId: interaction.id,
    guildId: interaction.guild_id,
    userId: userIdOf(interaction),
  };
  if (isGuildmeshError(error)) {
    const level = error.kind === 'user' ? 'info' : 'warn';
    logger[level]({ ...asked, code: error.code, details: error.details }, 'command refused');
    return errorView(error);
  }
  const reference = chance.uuid().slice(0, referenceCharacters);
  logger.error({ ...asked, reference, err: error }, 'command failed by a defect');
  return defectView(reference);
}
