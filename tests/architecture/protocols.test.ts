import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { neighbourlyProtocols, protocolListProblems } from './protocols.ts';
import { sourceFile } from './scan.ts';
import { hubSources } from './tree.ts';

describe('protocols do not know each other, and neither the node nor what they share knows one', () => {
  test('in every source', () => {
    expect(neighbourlyProtocols(hubSources())).toEqual([]);
  });

  test.each([
    ['src/mesh/protocols/wire/a.ts', '../audio/records.ts'],
    ['src/mesh/protocols/wire/deep/a.ts', '#mesh/protocols/audio/records.ts'],
    ['src/mesh/protocols/feed/a.ts', '../audio/limits.ts'],
    ['src/mesh/running-node.ts', './protocols/audio/records.ts'],
    ['src/mesh/protocols/served-protocols.ts', './audio/limits.ts'],
    ['src/mesh/mesh.ts', './protocols/wire/asker.ts'],
  ])('a planted offender is caught: %s imports %s', (path, specifier) => {
    expect(neighbourlyProtocols([sourceFile(path, `import { a } from '${specifier}';`)])).toHaveLength(1);
  });

  test.each([
    ['src/mesh/protocols/audio/a.ts', '../wire/record-codec.ts'],
    ['src/mesh/protocols/audio/a.ts', './limits.ts'],
    ['src/mesh/protocols/audio/a.ts', '../../errors.ts'],
    ['src/mesh/protocols/index.ts', './audio/protocol.ts'],
    ['src/mesh/mesh.ts', './protocols/index.ts'],
  ])('a right one is let through: %s imports %s', (path, specifier) => {
    expect(neighbourlyProtocols([sourceFile(path, `import { a } from '${specifier}';`)])).toEqual([]);
  });
});

describe('each folder of protocols is specified and listed', () => {
  const folder = 'src/mesh/protocols';

  test('in the tree', () => {
    const folders = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => ({ name, specified: existsSync(`${folder}/${name}/README.md`) }));
    expect(folders.map(({ name }) => name)).toEqual(expect.arrayContaining(['audio', 'wire']));
    expect(protocolListProblems({ text: readFileSync(`${folder}/index.ts`, 'utf8') }, folders)).toEqual([]);
  });

  const imported = "import { createPing } from './ping/protocol.ts';\n";
  const unlisted = [
    'src/mesh/protocols/ping is not listed as “ping” in src/mesh/protocols/index.ts: add a line',
  ];
  const unspecified = [expect.stringContaining('src/mesh/protocols/ping has no README.md')];
  test.each([
    ['right', `${imported}    ping: createPing(host),\n`, { name: 'ping', specified: true }, []],
    [
      'without a README',
      `${imported}    ping: createPing(host),\n`,
      { name: 'ping', specified: false },
      unspecified,
    ],
    ['left out', '', { name: 'ping', specified: true }, unlisted],
    ['imported alone', imported, { name: 'ping', specified: true }, unlisted],
    [
      'under another name',
      `${imported}    pong: createPing(host),\n`,
      { name: 'ping', specified: true },
      unlisted,
    ],
  ])('a folder that is %s', (_, text, ping, problems) => {
    expect(protocolListProblems({ text }, [ping])).toEqual(problems);
  });
});
