import { globSync, readFileSync } from 'node:fs';
import { type SourceFile, sourceFile } from './scan.ts';

const ignored = ['**/node_modules/**', '**/dist/**'];
/** Each file is scanned once in a process, because several rules read the same ones. */
const scanned = new Map<string, SourceFile>();

/** Everything the hub is made of, and the packages beside it. */
export function hubSources(): SourceFile[] {
  return sourcesOf('{src,packages,commands,plugins,config}/**/*.ts');
}

export function testSources(): SourceFile[] {
  return sourcesOf('{tests,bench}/**/*.ts');
}

export function pathsOf(pattern: string): string[] {
  return globSync(pattern, { exclude: ignored }).sort();
}

export function sourcesOf(pattern: string): SourceFile[] {
  return pathsOf(pattern).map((path) => {
    const file = scanned.get(path) ?? sourceFile(path, readFileSync(path, 'utf8'));
    scanned.set(path, file);
    return file;
  });
}
