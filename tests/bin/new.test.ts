import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../bin/new/kind.ts';
import { kinds } from '../../bin/new/kinds.ts';
import { listed } from '../../bin/new/listed.ts';
import { make, usage } from '../../bin/new/make.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const repository = join(import.meta.dirname, '../..');
const name = 'greet';

function sh(folder: string, line: string): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', npm_config_offline: 'true' },
  });
  return { status, text: stdout + stderr };
}

/** What `npx` would run, without the second that it takes to find it. */
const tool = (name: string) => join(repository, 'node_modules/.bin', name);

/** The lines of docs/develop/README.md, one for each kind. */
const page = readFileSync(join(repository, 'docs/develop/README.md'), 'utf8');
const typed = kinds.map((kind) => {
  const [line = '', name = ''] = new RegExp(`^npm run new -- ${kind.kind} (\\S+)$`, 'm').exec(page) ?? [];
  return { ...kind, line, name };
});

describe('in a copy of this checkout', { timeout: 120_000 }, () => {
  const copy = temporaryFolder();
  afterAll(() => copy[Symbol.dispose]());
  const printed = new Map<string, string>();

  beforeAll(() => {
    const folders = ['bin', 'commands', 'config', 'plugins', 'src', 'tests/support', 'tests/architecture'];
    const files = ['package.json', 'tsconfig.json', 'vitest.config.ts'];
    for (const path of [...folders, ...files])
      cpSync(join(repository, path), join(copy.path, path), { recursive: true });
    for (const path of ['node_modules', 'packages'])
      symlinkSync(join(repository, path), join(copy.path, path));
    for (const { kind, line } of typed) {
      const { status, text } = sh(copy.path, line.replace('run', 'run --silent'));
      expect(status, text).toBe(0);
      printed.set(kind, text);
    }
  });

  test.each(typed)('a new $kind: what the screen says is there', ({ kind, name, filesOf, lineOf, page }) => {
    const text = printed.get(kind) ?? '';
    for (const path of Object.keys(filesOf(name))) {
      expect(text).toContain(`Made ${path}\n`);
      expect(readFileSync(join(copy.path, path), 'utf8')).toBe(filesOf(name)[path]);
    }
    expect(text).toContain(`Added a line to ${lineOf(name).path}\n`);
    expect(text).toContain(`Read ${page}, `);
    expect(readFileSync(join(repository, page), 'utf8')).not.toBe('');
  });

  test('the tests that the screen names fail with what to do, and the lists are whole', () => {
    const steps = typed.map(({ kind }) => /^ {2}npx vitest run (\S+)$/m.exec(printed.get(kind) ?? '')?.[1]);
    expect(steps).toEqual(typed.map(({ name, testOf }) => testOf(name)));
    const complete = ['services', 'protocols', 'manifests'].map(
      (each) => `tests/architecture/${each}.test.ts`,
    );
    const { status, text } = sh(
      copy.path,
      `${tool('vitest')} run --retry=0 ${[...steps, ...complete].join(' ')}`,
    );
    expect(status).toBe(1);
    expect(text.match(/AssertionError: Say here what /g)).toHaveLength(kinds.length);
    expect(text).toMatch(new RegExp(`Tests {2}${kinds.length} failed \\| \\d+ passed`));
  });

  test('what was made passes the types', () => {
    const include = typed.flatMap(({ name, filesOf, lineOf }) => [
      ...Object.keys(filesOf(name)),
      lineOf(name).path,
    ]);
    const config = { extends: './tsconfig.json', include: [...include, 'plugins/**/*.d.ts'] };
    writeFileSync(join(copy.path, 'tsconfig.made.json'), JSON.stringify(config));
    expect(sh(copy.path, `${tool('tsc')} --checkers 1 -p tsconfig.made.json`)).toEqual({
      status: 0,
      text: '',
    });
  });
});

describe('what can’t be made', () => {
  let small: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    small = temporaryFolder();
    for (const path of ['biome.json', ...kinds.map((kind) => kind.lineOf(name).path)])
      cpSync(join(repository, path), join(small.path, path), { recursive: true });
  });
  afterEach(() => small[Symbol.dispose]());

  /** The sentence of the refusal, after which everything is as before. */
  function refusal(...words: string[]): string {
    const before = everything(small.path);
    try {
      make(small.path, words);
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal);
      expect(everything(small.path)).toEqual(before);
      return (error as Refusal).message;
    }
    throw new Error('it was made');
  }

  test.each([
    [[], 'Type npm run new -- '],
    [['command'], 'Type npm run new -- '],
    [['command', 'greet', 'again'], 'Type npm run new -- '],
    [['planet', 'earth'], '“planet” is nothing that can be made here. Type npm run new -- '],
    [['command', 'Greet'], '“Greet” can’t be the name: a command is called by 1 to 32 letters a–z'],
    [['command', ''], '“” can’t be the name: a command '],
    [['command', '../greet'], '“../greet” can’t be the name: a command '],
    [['command', 'delete'], '“delete” is a word of JavaScript: choose another name for the command.'],
    [['command', 'await'], '“await” is a word of JavaScript'],
    [['command', 'relay'], 'commands/index.ts has the name “relay” already: choose another.'],
    [['command', 'commands'], 'commands/index.ts has the name “commands” already: choose another.'],
    [['protocol', 'a-b'], '“a-b” can’t be the name: a protocol is called by 1 to 24 characters'],
    [['protocol', 'audio'], 'protocols/index.ts has the name “createAudioProtocol” already: choose another.'],
    [['publisher', 'class'], '“class” is a word of JavaScript: choose another name for the publisher.'],
    [['publisher', 'archive-org'], 'plugins/index.ts has the name “archiveOrg” already: choose another.'],
    [['service', 'a_b'], '“a_b” can’t be the name: a service is called by words of a–z'],
    [['service', 'a'.repeat(25)], 'can’t be the name: a service '],
    [['service', 'audio'], 'src/hub/services.ts has the name “audioService” already: choose another.'],
  ])('%j is answered with a sentence', (words, sentence) => {
    expect(refusal(...words)).toContain(sentence);
  });

  test('the usage names each kind', () => {
    for (const { kind } of kinds) expect(usage()).toContain(kind);
  });

  test('a list that was renamed, emptied or lost its landmark is named', () => {
    const path = join(small.path, 'commands/index.ts');
    const text = readFileSync(path, 'utf8');
    rmSync(path);
    expect(refusal('command', name)).toContain('commands/index.ts can’t be read');
    writeFileSync(path, text.replace('  doctor,\n', '  doctor, relay2,\n'));
    expect(refusal('command', name)).toBe(
      'commands/index.ts has no line “doctor,” in its list: put it back, or add “greet” by hand.',
    );
    writeFileSync(path, text.replaceAll(/^import .*\n/gm, ''));
    expect(refusal('command', name)).toContain(
      'commands/index.ts has no import to stand beside: add “import ',
    );
    writeFileSync(path, text);
  });

  test('where the disk refuses, what was written is removed', () => {
    const before = everything(small.path);
    const obstacle = join(small.path, 'commands/index.ts.new');
    mkdirSync(obstacle);
    expect(() => make(small.path, ['command', name])).toThrow(/EEXIST/);
    rmSync(obstacle, { recursive: true });
    expect(everything(small.path)).toEqual(before);
  });

  test('a second of one name is refused; the first is formatted as everything is', () => {
    for (const { kind, folderOf, filesOf } of kinds) {
      make(small.path, [kind, name]);
      expect(refusal(kind, name)).toBe(
        `${folderOf(name)} exists already: choose another name, or remove it first.`,
      );
      // Its folder is gone, its test isn't.
      rmSync(join(small.path, folderOf(name)), { recursive: true });
      const left = Object.keys(filesOf(name)).find((path) => !path.startsWith(folderOf(name)));
      expect(refusal(kind, name)).toContain(`${left} exists already`);
      make(small.path, [kind, 'abcdefghijklmnopqrstuvwx']);
    }
    const { status, text } = sh(small.path, `${tool('biome')} ci --vcs-enabled=false`);
    expect(status, text).toBe(0);
  });
});

test('an import goes by how far away it comes from, as the formatter sorts it', () => {
  const others = ["'zod'", "'#mesh/a.ts'", "'../audio/a.ts'", "'./a.ts'"];
  const text = `${others.map((from, index) => `import { i${index} } from ${from};\n`).join('')}\nconst all = [\n  i0,\n];\n`;
  const added = listed(text, { path: 'all.ts', specifier: '../b.ts', identifier: 'b', place: 'sorted' });
  expect([...added.matchAll(/ from (.*);$/gm)].map(([, from]) => from)).toEqual([
    ...others.slice(0, 3),
    "'../b.ts'",
    "'./a.ts'",
  ]);
});

test('a line goes where the names say, first and last too', () => {
  const text = `import { b } from './b.ts';\nimport { d } from './d.ts';\n\nexport const all = [\n  b,\n  d,\n];\n`;
  const withOne = (identifier: string) =>
    listed(text, { path: 'all.ts', specifier: `./${identifier}.ts`, identifier, place: 'sorted' });
  const order = (result: string) =>
    [...result.matchAll(/^ {2}(\w),$|^import { (\w) }/gm)].map(([, entry, imported]) => entry ?? imported);
  expect(order(withOne('a'))).toEqual([...'abdabd']);
  expect(order(withOne('c'))).toEqual([...'bcdbcd']);
  expect(order(withOne('e'))).toEqual([...'bdebde']);
});

/** Every file with its text. */
function everything(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(path, 'utf8')]));
}
