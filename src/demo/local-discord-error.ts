import { isLocalDiscordError } from '@guildmesh/local-discord/errors';
import { GuildmeshError } from '#core/errors.ts';

/** Next steps that name what is set here, where the local Discord knows only that something is to be set. */
const nextSteps: Readonly<Record<string, string>> = {
  PLAYGROUND_PORT_TAKEN:
    'Stop that program, or choose another port with GUILDMESH_PLAYGROUND_PORT; 0 takes a free one.',
};

/** An error of the local Discord as one of the errors that the process explains to people; others as they are. */
export function explainable(error: unknown): unknown {
  if (!isLocalDiscordError(error)) return error;
  const record = error.toRecord();
  return new GuildmeshError({ ...record, next: nextSteps[record.code] ?? record.next }, { cause: error });
}
