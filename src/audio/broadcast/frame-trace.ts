import { createHash } from 'node:crypto';
import { constants, createWriteStream, fstatSync, openSync, type WriteStream } from 'node:fs';
import type { Frame } from '#contracts/audio.ts';
import type { Logger } from '#core/logger.ts';
import { isSilence } from '../opus/toc.ts';

/** About eight days of one broadcast; then the trace stops, and logs that. */
const traceBytesMax = 4 * 1_024 ** 3;
/** Doesn't follow a link at its name, and doesn't wait for a pipe without a reader. */
const openFlags =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const unwrittenBytesMax = 4 * 1_024 ** 2;

/** A JSON line for each broadcast frame, for diagnosis: it can be compared with what a listener heard. */
export class FrameTrace {
  readonly #path: string;
  readonly #logger: Logger;
  #stream: WriteStream | undefined;
  #writtenBytes = 0;
  #over = false;

  constructor(logger: Logger, path: string) {
    this.#logger = logger;
    this.#path = path;
  }

  write(broadcast: string, frame: Frame): void {
    if (this.#over) return;
    this.#stream ??= this.#open();
    if (!this.#stream) return;
    const { streamId, sequence, captureTimeMs, payload } = frame;
    const sha256 = createHash('sha256').update(payload).digest('hex');
    const silence = isSilence(payload);
    const line = `${JSON.stringify({ broadcast, streamId, sequence, captureTimeMs, sha256, silence })}\n`;
    this.#writtenBytes += line.length;
    if (this.#writtenBytes > traceBytesMax || this.#stream.writableLength > unwrittenBytesMax)
      this.#giveUp('frame trace reached its limit');
    else this.#stream.write(line);
  }

  close(): Promise<void> {
    this.#over = true;
    const stream = this.#stream;
    if (!stream || stream.closed) return Promise.resolve();
    return new Promise((resolve) => {
      stream.once('close', resolve).end();
    });
  }

  #open(): WriteStream | undefined {
    let fd: number;
    try {
      fd = openSync(this.#path, openFlags, 0o600);
    } catch (error) {
      this.#giveUp('frame trace can’t be written', error);
      return undefined;
    }
    const stream = createWriteStream(this.#path, { fd });
    if (!fstatSync(fd).isFile()) this.#giveUp('frame trace is no regular file');
    stream.on('error', (err) => this.#giveUp('frame trace can’t be written', err));
    return stream;
  }

  #giveUp(text: string, err?: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#stream?.end();
    this.#logger.warn({ err, path: this.#path }, text);
  }
}
