import { ElsewhereError } from '@guildmesh/elsewhere/errors';
import { isLocalDiscordError } from '@guildmesh/local-discord/errors';
import { GuildmeshError } from '#core/errors.ts';

/** Next steps that name our settings; the local Discord and the stand-ins only know that something must be set. */
const nextSteps: Readonly<Record<string, string>> = {
  PLAYGROUND_PORT_TAKEN:
    'Stop that program, or choose another port with GUILDMESH_PLAYGROUND_PORT; 0 takes a free one.',
  ELSEWHERE_PORT_TAKEN:
    'Stop that program, or choose another port with GUILDMESH_PLAYGROUND_ELSEWHERE_PORT; 0 takes a free one.',
  ELSEWHERE_PORT_REFUSED: 'Choose another port with GUILDMESH_PLAYGROUND_ELSEWHERE_PORT; 0 takes a free one.',
};

/** Turns an error of the local Discord, or of the stand-ins, into one that the process explains to people; other errors stay. */
export function explainable(error: unknown): unknown {
  if (!isLocalDiscordError(error) && !(error instanceof ElsewhereError)) return error;
  const record = error.toRecord();
  return new GuildmeshError({ ...record, next: nextSteps[record.code] ?? record.next }, { cause: error });
}
