import { lstatSync } from 'node:fs';

/**
 * Refuses links, because a file written into one lands where somebody else wants it. Throws ELOOP for a link, ENOTDIR
 * for anything else that isn't a folder, and the file system's own errors.
 */
export function requirePlainFolder(path: string): void {
  const found = lstatSync(path);
  if (found.isDirectory()) return;
  const code = found.isSymbolicLink() ? 'ELOOP' : 'ENOTDIR';
  throw Object.assign(new Error(`${path} is no folder`), { code, path });
}
