import { lstatSync } from 'node:fs';

/**
 * What is written into a link lands where somebody else wants it. Throws ELOOP for a link, ENOTDIR for anything else
 * that is no folder, and what the file system says.
 */
export function requirePlainFolder(path: string): void {
  const found = lstatSync(path);
  if (found.isDirectory()) return;
  const code = found.isSymbolicLink() ? 'ELOOP' : 'ENOTDIR';
  throw Object.assign(new Error(`${path} is no folder`), { code, path });
}
