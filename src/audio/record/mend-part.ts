import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { openPlainFile } from '#storage/files/plain-file.ts';
import { asLastPage, pageHeaderBytes } from '../ogg/page.ts';
import { OggPageReader, pageBytesMax } from '../ogg/page-reader.ts';
import { type TagsInit, tagsPage, tagsPageAt } from './comments.ts';

/** OpusHead and OpusTags have a page each. */
const headerPageCount = 2;
const readBytes = 256 * 1024;

/**
 * Finishes a file that the process left in the middle of a write: cuts off what follows its last whole page, marks that
 * page as the end of the stream, and writes the chapters. False when it holds no audio at all.
 */
export async function mendPart(path: string, tags: TagsInit): Promise<boolean> {
  const file = await openPlainFile(path, constants.O_RDWR);
  try {
    const whole = await wholePages(file);
    if (whole.pageCount <= headerPageCount) return false;
    await file.truncate(whole.endBytes);
    const page = Buffer.alloc(whole.endBytes - whole.lastAtBytes);
    await file.read(page, 0, page.length, whole.lastAtBytes);
    await file.write(asLastPage(page), 0, page.length, whole.lastAtBytes);
    const comments = tagsPage(whole.serial, tags);
    await file.write(comments, 0, comments.length, tagsPageAt);
    await file.datasync();
    return true;
  } finally {
    await file.close();
  }
}

/** Pages from the start of the file, up to the first that isn't whole. */
async function wholePages(file: FileHandle) {
  const found = { pageCount: 0, lastAtBytes: 0, endBytes: 0, serial: 0 };
  const reader = new OggPageReader();
  const chunk = Buffer.alloc(readBytes);
  let position = 0;
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return found;
    position += bytesRead;
    reader.push(chunk.subarray(0, bytesRead), (page) => {
      // Bytes were skipped, or another stream begins: this doesn't continue what we wrote.
      if (page.afterDamage || page.pageSequence !== found.pageCount) return;
      found.pageCount += 1;
      found.serial = page.serial;
      found.lastAtBytes = found.endBytes;
      found.endBytes += pageHeaderBytes + page.lacing.length + page.body.length;
    });
    if (reader.damagedPageCount > 0 || reader.heldBytes >= pageBytesMax) return found;
  }
}
