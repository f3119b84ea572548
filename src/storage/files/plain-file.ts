import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { errnoOf } from './errno.ts';
import { noRegularFile } from './private-file.ts';

/**
 * Opens a regular file that is there. At its name no link is followed, and a pipe is not waited for. `flags` as in
 * open(2), beside these. Throws ELOOP for what is none, and what the file system says.
 */
export async function openPlainFile(path: string, flags: number = constants.O_RDONLY): Promise<FileHandle> {
  const handle = await open(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw noRegularFile(path);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Opens for reading what lay at a path when its links were resolved: a folder of the path that was replaced by a link
 * since then leads nowhere. Throws as `openPlainFile`.
 */
export async function openInPlace(resolvedPath: string): Promise<FileHandle> {
  const handle = await openPlainFile(resolvedPath);
  try {
    if ((await realPathOf(handle, resolvedPath)) !== resolvedPath) throw noRegularFile(resolvedPath);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Of what is open, where the system tells; elsewhere of what now lies at its path. */
async function realPathOf(handle: FileHandle, path: string): Promise<string> {
  try {
    return await realpath(`/proc/self/fd/${handle.fd}`);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return realpath(path);
  }
}
