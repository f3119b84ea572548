import type { SourceFile } from './scan.ts';

/** What an index.ts that lists folders by hand leaves out, lists twice, or lists without there being such a folder. */
export function manifestProblems(manifest: SourceFile, folders: readonly string[]): string[] {
  const listed = manifest.imports
    .filter(({ specifier }) => specifier.startsWith('./'))
    .map(({ specifier }) => specifier.split('/')[1] as string);
  return [
    ...folders.filter((name) => !listed.includes(name)).map((name) => `${name} is not listed`),
    ...listed.filter((name) => !folders.includes(name)).map((name) => `${name} is listed but is no folder`),
    ...listed
      .filter((name, index) => listed.indexOf(name) !== index)
      .map((name) => `${name} is listed twice`),
  ];
}
