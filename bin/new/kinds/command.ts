import { firstTest, type Kind } from '../kind.ts';

export const command: Kind = {
  kind: 'command',
  name: {
    pattern: /^[a-z]{1,32}$/,
    words: 'a command is called by 1 to 32 letters a–z, as Discord shows it',
  },
  folderOf: (name) => `commands/${name}`,
  filesOf: (name) => ({
    [`commands/${name}/command.ts`]: declaration(name),
    [`commands/${name}/run.ts`]: code(name),
    [`commands/${name}/view.ts`]: view(name),
    [`tests/commands/${name}.test.ts`]: firstTest(
      `/${name} shows what it did`,
      `Say here what /${name} shows, then let commands/${name}/run.ts perform an action and view.ts show its answer.`,
    ),
  }),
  testOf: (name) => `tests/commands/${name}.test.ts`,
  // Commands about the bot itself come last in /help.
  lineOf: (name) => ({
    path: 'commands/index.ts',
    specifier: `./${name}/command.ts`,
    identifier: name,
    place: { before: 'doctor' },
  }),
  page: 'docs/develop/add-a-command.md',
};

const declaration = (name: string) => `import type { Command } from '#contracts/command.ts';
import { slashCommand } from '../definition.ts';

export const ${name}: Command = {
  definition: slashCommand('${name}', 'What it does for people, in one sentence'),
  replyMode: 'ephemeral',
  load: async () => (await import('./run.ts')).code,
};
`;

const code = (name: string) => `import type { CommandCode } from '#contracts/command.ts';
import { ${name}View } from './view.ts';

export const code: CommandCode = {
  run: async ({ guildName }) => ${name}View(guildName),
};
`;

const view = (name: string) => `import type { View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { card, lines } from '../layout.ts';

export function ${name}View(guildName: string): View {
  return card('plain', [lines(\`### /${name} in \${inert(guildName)}\`)]);
}
`;
