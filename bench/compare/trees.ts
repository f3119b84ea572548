import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A checkout of this repository that can be run. */
export interface Tree {
  name: string;
  folder: string;
  entryPath: string;
}

const here = fileURLToPath(new URL('../..', import.meta.url));
const installTimeoutMs = 5 * 60_000;

export function ourTree(): Tree {
  return tree(
    `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') ? ' and changes' : ''}`,
    here,
  );
}

/** Another commit in a worktree of its own, removed by `using`; with our packages where its lock file is ours. */
export function treeOf(revision: string): Tree & Disposable {
  const commit = git('rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`);
  const parent = mkdtempSync(join(tmpdir(), 'guildmesh-compare-'));
  const folder = join(parent, 'tree');
  const remove = () => {
    git('worktree', 'remove', '--force', folder);
    rmSync(parent, { recursive: true, force: true });
  };
  git('worktree', 'add', '--detach', '--quiet', folder, commit);
  try {
    install(folder);
  } catch (error) {
    remove();
    throw error;
  }
  return { ...tree(git('rev-parse', '--short', commit), folder), [Symbol.dispose]: remove };
}

function tree(name: string, folder: string): Tree {
  return { name, folder, entryPath: join(folder, 'src/main.ts') };
}

function install(folder: string): void {
  const lock = (of: string) => readFileSync(join(of, 'package-lock.json'), 'utf8');
  const same = lock(folder) === lock(here);
  if (same) symlinkSync(join(here, 'node_modules'), join(folder, 'node_modules'));
  // What `npm ci` ends with: the page is built, code is compiled ahead.
  const script = same ? ['run', '--silent', 'prepare'] : ['ci', '--silent', '--no-audit', '--no-fund'];
  // Our own Node first, as npm does it for scripts.
  const path = `${dirname(process.execPath)}:${process.env.PATH}`;
  execFileSync('npm', script, {
    cwd: folder,
    env: { ...process.env, PATH: path },
    timeout: installTimeoutMs,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function git(...words: string[]): string {
  return execFileSync('git', words, { cwd: here, encoding: 'utf8' }).trim();
}
