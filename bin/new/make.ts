import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { type Kind, Refusal } from './kind.ts';
import { kinds } from './kinds.ts';
import { listed } from './listed.ts';

export interface Made {
  /** Paths of the files that were written, from the repository's root. */
  files: string[];
  /** Path of the list that got the line. */
  list: string;
  test: string;
  page: string;
}

/** Makes the folder, its test and its line: all of it or, with a Refusal or an error of the disk, nothing. */
export function make(root: string, [kindWord, name, ...others]: readonly string[]): Made {
  const kind = kindOf(kindWord);
  if (name === undefined || others.length > 0) throw new Refusal(usage());
  checkName(kind, name);
  const files = kind.filesOf(name);
  const taken = [kind.folderOf(name), ...Object.keys(files)].find((path) => existsSync(join(root, path)));
  if (taken) throw new Refusal(`${taken} exists already: choose another name, or remove it first.`);
  const line = kind.lineOf(name);
  const list = listed(textOf(root, line.path), line);
  write(root, files, { path: line.path, text: list });
  return { files: Object.keys(files), list: line.path, test: kind.testOf(name), page: kind.page };
}

export function usage(): string {
  return `Type npm run new -- ${kinds.map(({ kind }) => kind).join('|')} NAME.`;
}

function kindOf(word: string | undefined): Kind {
  const kind = kinds.find((each) => each.kind === word);
  if (kind) return kind;
  throw new Refusal(word === undefined ? usage() : `“${word}” is nothing that can be made here. ${usage()}`);
}

function checkName({ kind, name: rule, lineOf }: Kind, name: string): void {
  if (!rule.pattern.test(name)) throw new Refusal(`“${name}” can’t be the name: ${rule.words}.`);
  if (isReserved(lineOf(name).identifier))
    throw new Refusal(`“${name}” is a word of JavaScript: choose another name for the ${kind}.`);
}

/** Asks the JavaScript engine, which knows all reserved words. Compiles only. */
function isReserved(identifier: string): boolean {
  try {
    new Script(`'use strict'; async () => { const ${identifier} = 0; };`);
    return false;
  } catch {
    return true;
  }
}

function textOf(root: string, path: string): string {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    throw new Refusal(
      `${path} can’t be read: the new line belongs into it, so run this in a whole checkout.`,
    );
  }
}

/** The list is changed last and at once: until then nothing refers to the new files, and a failure removes them. */
function write(
  root: string,
  files: Readonly<Record<string, string>>,
  list: { path: string; text: string },
): void {
  const made: string[] = [];
  const draft = join(root, `${list.path}.new`);
  try {
    for (const [path, text] of Object.entries(files)) {
      const full = join(root, path);
      const folder = mkdirSync(dirname(full), { recursive: true });
      if (folder) made.push(folder);
      writeFileSync(full, text, { flag: 'wx' });
      made.push(full);
    }
    writeFileSync(draft, list.text, { flag: 'wx' });
    made.push(draft);
    renameSync(draft, join(root, list.path));
  } catch (error) {
    for (const path of made) rmSync(path, { recursive: true, force: true });
    throw error;
  }
}
