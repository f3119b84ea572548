import { isLocalDiscordError } from '@guildmesh/local-discord/errors';
import { GuildmeshError } from '#core/errors.ts';

/** Next steps that name our settings; the local Discord only knows that something must be set. */
const nextSteps: Readonly<Record<string, string>> = {
  PLAYGROUND_PORT_TAKEN:
    'Stop that program, or choose another port with GUILDMESH_PLAYGROUND_PORT; 0 takes a free one.',
};

/** Turns an error of the local Discord into one that the process explains to people; other errors stay. */
export function explainable(error: unknown): unknown {
  if (!isLocalDiscordError(error)) return error;
  const record = error.toRecord();
  return new GuildmeshError({ ...record, next: nextSteps[record.code] ?? record.next }, { cause: error });
}
