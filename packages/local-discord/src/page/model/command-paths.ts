import type { WireCommand, WireOption } from '../../world/wire-command.ts';
import { commandType, optionType } from './discord-types.ts';

/** One thing that can be typed: a command, or one of its subcommands. */
export interface CommandPath {
  /** Without the slash: `relay start`. */
  path: string;
  description: string;
  applicationId: string;
  options: readonly WireOption[];
}

export function commandPathsOf(commands: readonly WireCommand[]): CommandPath[] {
  return commands
    .filter(({ type }) => type === commandType.ChatInput)
    .flatMap((command) => pathsUnder(command, command.name, command.application_id))
    .sort((a, b) => a.path.localeCompare(b.path));
}

/** The names of the commands in a message's context menu. */
export function messageCommandsOf(commands: readonly WireCommand[]): string[] {
  return commands.filter(({ type }) => type === commandType.Message).map(({ name }) => name);
}

type HasOptions = Pick<WireCommand, 'options' | 'description'>;

function pathsUnder(node: HasOptions, path: string, applicationId: string): CommandPath[] {
  const options = node.options ?? [];
  const below = options.filter(
    ({ type }) => type === optionType.Subcommand || type === optionType.SubcommandGroup,
  );
  if (below.length > 0) {
    return below.flatMap((child) => pathsUnder(child, `${path} ${child.name}`, applicationId));
  }
  return [
    {
      path,
      description: node.description,
      applicationId,
      options,
    },
  ];
}
