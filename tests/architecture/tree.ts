import { globSync, readFileSync } from 'node:fs';
import { type SourceFile, sourceFile } from './scan.ts';

const ignored = ['**/node_modules/**', '**/dist/**'];

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

function sourcesOf(pattern: string): SourceFile[] {
  return pathsOf(pattern).map((path) => sourceFile(path, readFileSync(path, 'utf8')));
}
