import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { errnoOf } from './errno.ts';
import { noRegularFile } from './private-file.ts';

/**
 * Opens an existing regular file. Doesn't follow a link at its name, and doesn't wait for a pipe. `flags` as in
 * open(2), in addition to these. Throws ELOOP for anything but a regular file, and the file system's own errors.
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
 * Opens for reading the file that a path pointed to when its links were resolved: a folder of the path that was
 * replaced by a link since then leads nowhere. Throws as `openPlainFile`.
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

/** The path of the open file, where the system gives it; elsewhere the path as it resolves now. */
async function realPathOf(handle: FileHandle, path: string): Promise<string> {
  try {
    return await realpath(`/proc/self/fd/${handle.fd}`);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return realpath(path);
  }
}
