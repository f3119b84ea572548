import { defineErrors } from '#core/errors.ts';

export const configErrors = defineErrors({
  CONFIG_INVALID: {
    kind: 'operator',
    message: (d: { problems: string[] }) =>
      `The configuration has ${d.problems.length === 1 ? 'a problem' : `${d.problems.length} problems`}:\n${d.problems
        .map((problem) => `  - ${problem}`)
        .join('\n')}`,
    next: () => 'Correct them and start again; docs/configuration.md lists every option.',
  },
  CONFIG_PUBLISHER_INCOMPLETE: {
    kind: 'operator',
    message: (d: { missing: string[] }) =>
      `A process whose process.roles is publisher works on the database of a hub, and lacks:\n${d.missing
        .map((each) => `  - ${each}`)
        .join('\n')}`,
    next: () =>
      'Set them as the hub has them (docs/operations.md says how), or leave out GUILDMESH_PROCESS_ROLES to run the hub itself.',
  },
});
