import type { CommandInput } from '#contracts/command.ts';
import { suggestedOption } from '../definition.ts';

export const artifactNames = [
  'artifact',
  'artifact-two',
  'artifact-three',
  'artifact-four',
  'artifact-five',
] as const;
const ordinals = ['A', 'A second', 'A third', 'A fourth', 'A fifth'];

/** Options for files that are stored already. */
export const artifactOptions = artifactNames.map((name, index) =>
  suggestedOption(name, `${ordinals[index]} file kept here, or a pattern: app-1.2.0-*`, {
    lengthMax: 200,
  }),
);

export function isArtifactOption(name: string | undefined): boolean {
  return artifactNames.some((each) => each === name);
}

export function namesArtifacts(options: CommandInput['options']): boolean {
  return artifactNames.some((name) => options[name] !== undefined);
}
