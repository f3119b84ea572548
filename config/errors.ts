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
});
