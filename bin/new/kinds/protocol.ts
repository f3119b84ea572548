import { firstTest, type Kind, pascalCase } from '../kind.ts';

export const protocol: Kind = {
  kind: 'protocol',
  name: {
    pattern: /^[a-z][a-z0-9]{0,23}$/,
    words: 'a protocol is called by 1 to 24 characters a–z and 0–9, as its id says it',
  },
  folderOf: (name) => `src/mesh/protocols/${name}`,
  filesOf: (name) => ({
    [`src/mesh/protocols/${name}/README.md`]: specification(name),
    [`src/mesh/protocols/${name}/protocol.ts`]: definition(name),
    [`tests/mesh/protocols/${name}/${name}.test.ts`]: firstTest(
      `/guildmesh/${name}/1 answers`,
      'Say here what one community asks and the other answers: first in README.md, then in protocol.ts.',
    ),
  }),
  testOf: (name) => `tests/mesh/protocols/${name}/${name}.test.ts`,
  lineOf: (name) => ({
    path: 'src/mesh/protocols/index.ts',
    specifier: `./${name}/protocol.ts`,
    identifier: `create${pascalCase(name)}Protocol`,
    entry: `${name}: create${pascalCase(name)}Protocol(host)`,
    place: 'sorted',
  }),
  page: 'docs/develop/add-a-protocol.md',
};

const specification = (name: string) => `# /guildmesh/${name}/1

What it is for, in one sentence.

Maturity: not written yet; every stream is refused.

## Before the first byte

## Messages

| message | direction | content | bytes at most |
| --- | --- | --- | --- |

## Limits

| limit | value | what happens on breach |
| --- | --- | --- |

## Errors

## What a neighbour learns
`;

const definition = (
  name: string,
) => `import type { MeshProtocol, ProtocolHost, ServedProtocol } from '../contract.ts';

/** What it is for, in one sentence. */
export function create${pascalCase(name)}Protocol(_host: ProtocolHost): MeshProtocol {
  return {
    id: '/guildmesh/${name}/1',
    grant: 'trusted',
    limits: { inboundStreamsMax: 1, outboundStreamsMax: 1 },
    serve,
  };
}

/** Nothing is said yet: streams are refused, so there is nothing to end. */
function serve(): ServedProtocol {
  return {
    accept: (stream) => stream.abort(new Error('nothing is said yet')),
    endPeer: () => {},
    endAll: () => {},
    sessionCount: () => 0,
    stats: () => ({}),
  };
}
`;
