import { camelCase } from '#core/text/camel-case.ts';
import { firstTest, type Kind, pascalCase } from '../kind.ts';

export const publisher: Kind = {
  kind: 'publisher',
  name: {
    pattern: /^(?=.{1,24}$)[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/,
    words: 'a publisher is called by words of a–z and 0–9 with hyphens between, 24 characters at most',
  },
  folderOf: (name) => `plugins/${name}`,
  filesOf: (name) => ({
    [`plugins/${name}/README.md`]: readme(name),
    [`plugins/${name}/index.ts`]: declaration(name),
    [`plugins/${name}/options.ts`]: options(name),
    [`plugins/${name}/publisher.ts`]: code(name),
    [`tests/plugins/${name}/compliance.test.ts`]: firstTest(
      `${name} keeps the contract of publishers`,
      'Say here what the platform takes: write a fake as strict as it is, and run describeCompliance of ../compliance.ts.',
    ),
  }),
  testOf: (name) => `tests/plugins/${name}/compliance.test.ts`,
  lineOf: (name) => ({
    path: 'plugins/index.ts',
    specifier: `./${name}/index.ts`,
    identifier: camelCase(name),
    place: 'sorted',
  }),
  page: 'docs/develop/add-a-publisher.md',
};

const readme = (name: string) => `# ${name}

What it publishes and where, in one sentence. Nothing yet: every publication is refused.

## Options

## Credentials

## What is refused, and where it is named

| refusal | verify | preview | when it leaves |
| --- | --- | --- | --- |
`;

const declaration = (name: string) => `import type { PublisherPlugin } from '#contracts/publisher.ts';
import { type ${pascalCase(name)}Options, ${camelCase(name)}Options } from './options.ts';

export const ${camelCase(name)}: PublisherPlugin<${pascalCase(name)}Options> = {
  id: '${name}',
  describe: {
    title: '${name}',
    summary: 'What it publishes and where, in one sentence.',
    options: ${camelCase(name)}Options,
    credentials: [],
    dedupe: 'none',
    settleDelayMs: 5_000,
    attemptTimeoutMs: 30_000,
    lateGraceMs: 15 * 60_000,
    costly: false,
  },
  needs: () => [],
  load: async () => (await import('./publisher.ts')).publisher,
};
`;

const options = (name: string) => `import { z } from 'zod';

export const ${camelCase(name)}Options = z.strictObject({});

export type ${pascalCase(name)}Options = z.output<typeof ${camelCase(name)}Options>;
`;

const code = (name: string) => `import type { PublisherCode } from '#contracts/publisher.ts';
import { fateOf } from '../shared/fate.ts';
import type { ${pascalCase(name)}Options } from './options.ts';

/** Said wherever it is asked for anything, so that nothing leaves before it is written. */
const notYet = 'This publisher can’t publish yet. Choose another.';

export const publisher: PublisherCode<${pascalCase(name)}Options> = {
  verify: async () => ({ problems: [notYet] }),
  render: () => ({ steps: [], warnings: [], problems: [notYet], costMicros: 0, preview: [] }),
  execute: async () => Promise.reject(new Error(notYet)),
  find: async () => ({ state: 'absent' }),
  classify: fateOf,
};
`;
