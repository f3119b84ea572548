import { posix } from 'node:path';
import packageFile from '../../package.json' with { type: 'json' };
import { lineAt, type SourceFile } from './scan.ts';

/** "src/core/", "plugins/" … with the alias that each is imported by. */
const rooms = Object.entries(packageFile.imports).map(([alias, target]) => ({
  folder: target.slice('./'.length, -1),
  alias: alias.slice(0, -1),
}));

/** Imports that climb into another room, which has an alias. Moving a file must not change what it imports. */
export function climbs(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text, code }) =>
    [...code.matchAll(/\b(?:from|import)\s*\(?\s*(?=['"])/g)].flatMap((match) => {
      const quoteAt = match.index + match[0].length;
      const specifier = text.slice(quoteAt + 1, code.indexOf(code[quoteAt] ?? '', quoteAt + 1));
      if (!specifier.startsWith('.')) return [];
      const target = posix.join(posix.dirname(path), specifier);
      const room = rooms.find(({ folder }) => target.startsWith(folder));
      if (!room || path.startsWith(room.folder)) return [];
      const meant = room.alias + target.slice(room.folder.length);
      return [`${path}:${lineAt(text, match.index)} imports ${specifier}: write ${meant}`];
    }),
  );
}
