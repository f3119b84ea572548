import { camelCase } from '#core/text/camel-case.ts';
import { firstTest, type Kind, pascalCase } from '../kind.ts';

export const service: Kind = {
  kind: 'service',
  name: {
    pattern: /^(?=.{1,24}$)[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/,
    words: 'a service is called by words of a–z and 0–9 with hyphens between, 24 characters at most',
  },
  folderOf: (name) => `src/${name}`,
  filesOf: (name) => ({
    [`src/${name}/service.ts`]: definition(name),
    [`src/${name}/${name}.ts`]: work(name),
    [`tests/${name}/${name}.test.ts`]: firstTest(
      `${name} does its work`,
      `Say here what the service gives, then write it in src/${name}/${name}.ts and name its ports in service.ts.`,
    ),
  }),
  testOf: (name) => `tests/${name}/${name}.test.ts`,
  // Doors are last, so that everything they lead to has started.
  lineOf: (name) => ({
    path: 'src/hub/services.ts',
    specifier: `../${name}/service.ts`,
    identifier: `${camelCase(name)}Service`,
    place: { before: 'webService' },
  }),
  page: 'docs/develop/add-a-service.md',
};

const definition = (name: string) => `import { defineService } from '#contracts/service.ts';
import { create${pascalCase(name)} } from './${name}.ts';

/** What it is for, in one sentence. */
export const ${camelCase(name)}Service = defineService()({
  name: '${name}',
  needs: ['logger'],
  create: (ports) => ({ ports: {}, parts: [create${pascalCase(name)}(ports)] }),
});
`;

const work = (name: string) => `import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';

export interface ${pascalCase(name)}Components {
  logger: Logger;
}

export function create${pascalCase(name)}({ logger }: ${pascalCase(name)}Components): Startable {
  return {
    name: '${name}',
    start: () => logger.debug('${name} started'),
  };
}
`;
