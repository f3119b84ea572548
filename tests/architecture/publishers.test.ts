import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { camelCase } from '#core/text/camel-case.ts';
import { plugins } from '#plugins/index.ts';
import { type SourceFile, sourceFile } from './scan.ts';
import { hubSources } from './tree.ts';

const host = /^(?:src\/publishing|config)\//;
const ids = plugins.map(({ id }) => id);

/** Where the host names a publisher: by its id in quotes, or by its options. */
function namedPublishers(files: readonly SourceFile[]): string[] {
  const names = ids.join('|');
  const options = ids.map(camelCase).join('|');
  // A type's property in brackets is none of them.
  const naming = new RegExp(`(?<!\\[)(['"\`])(?:${names})\\1|\\bplugins\\??\\.(?:${options})\\b`, 'g');
  return files
    .filter(({ path }) => host.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(naming)].map(
        ([found]) => `${path} names a publisher: ${found}. Have it declared in plugins/<id>/index.ts`,
      ),
    );
}

/** What is missing of each folder of plugins/, with what to do. */
function gaps(folders: readonly string[], read: (path: string) => string | undefined): string[] {
  const index = read('plugins/index.ts') ?? '';
  return folders.flatMap((id) => {
    const suite = `tests/plugins/${id}/compliance.test.ts`;
    const faults = `tests/plugins/${id}/faults.ts`;
    const runs = /\bdescribeCompliance\(/.test(read(suite) ?? '');
    return [
      ...(index.includes(`'./${id}/index.ts'`) ? [] : [`plugins/index.ts: list plugins/${id}/index.ts`]),
      ...(read(`plugins/${id}/README.md`)
        ? []
        : [`plugins/${id}/README.md: write it, as its neighbours have it`]),
      ...(runs ? [] : [`${suite}: call describeCompliance with a fake of the platform`]),
      ...(/\bexport const faults\b/.test(read(faults) ?? '')
        ? []
        : [`${faults}: export \`faults\`, a PublisherFaults, so that processes die while it delivers`]),
    ];
  });
}

const folders = readdirSync('plugins', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'shared')
  .map(({ name }) => name);
const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

test('the host names no publisher', () => {
  expect(namedPublishers(hubSources())).toEqual([]);
});

test.each([
  ['src/publishing/publishing.ts', "const routes = publisher === 'x' ? {} : undefined;"],
  ['src/publishing/http/errors.ts', "next: () => 'List it in plugins.webhook.allowedPrivateHosts',"],
  ['src/publishing/service.ts', 'const a = { github: config.plugins.github };'],
  ['config/schema.ts', 'const a = { "archive-org": 1 };'],
])('a planted name in %s is caught: %s', (path, text) => {
  expect(namedPublishers([sourceFile(path, text)])).toHaveLength(1);
});

test('every folder is its id, is listed, and has a README, a compliance run and its faults', () => {
  expect([...ids].sort()).toEqual([...folders].sort());
  expect(gaps(folders, read)).toEqual([]);
});

test.each([
  ['plugins/index.ts', "'./x/index.ts'"],
  ['plugins/x/README.md', ''],
  ['tests/plugins/x/compliance.test.ts', 'describeCompliance('],
  ['tests/plugins/x/faults.ts', ''],
])('what %s lacks is named, with what to do', (file, lacks) => {
  const without = (path: string) => (path === file ? lacks && read(path)?.replaceAll(lacks, '') : read(path));
  expect(gaps(['x'], without)).toEqual([expect.stringMatching(`^${file}: `)]);
});
