import { createHash } from 'node:crypto';
import type { ArtifactReader, AttemptContext, Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { filePayloadOf } from './payload.ts';

/** The bytes of a file step, from an artifact or from the step itself. */
function openFile(artifacts: ArtifactReader, step: Step): AsyncIterable<Uint8Array> {
  const [artifact] = step.artifacts;
  if (artifact) return artifacts.open(artifact.cid);
  return inline(filePayloadOf(step).text ?? '');
}

async function* inline(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

/** Lower-case hex, as archive.org expects and shows it. Reads the whole file, and reports progress meanwhile. */
export async function md5Of(context: AttemptContext, step: Step): Promise<string> {
  const { artifacts, signal, progress } = context;
  const { sizeBytes } = filePayloadOf(step);
  const hash = createHash('md5');
  for await (const chunk of openFile(artifacts, step)) {
    signal.throwIfAborted();
    hash.update(chunk);
    progress(0, sizeBytes);
  }
  return hash.digest('hex');
}

/**
 * Passes the file on chunk by chunk. A file that isn't what was announced is interrupted before its last byte, so that
 * nothing wrong is stored.
 */
export class UploadBody {
  /** What went wrong on our side, if the upload failed: the connection only reports that it broke. */
  failure: unknown;
  readonly #context: AttemptContext;
  readonly #step: Step;
  readonly #md5: string;
  readonly #sizeBytes: number;

  constructor(context: AttemptContext, step: Step, announced: { md5: string; sizeBytes: number }) {
    this.#context = context;
    this.#step = step;
    this.#md5 = announced.md5;
    this.#sizeBytes = announced.sizeBytes;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    const { artifacts, signal } = this.#context;
    const hash = createHash('md5');
    let sentBytes = 0;
    try {
      for await (const chunk of openFile(artifacts, this.#step)) {
        signal.throwIfAborted();
        hash.update(chunk);
        sentBytes += chunk.byteLength;
        if (sentBytes >= this.#sizeBytes) this.#judge(sentBytes, hash.copy().digest('hex'));
        yield chunk;
      }
      if (sentBytes < this.#sizeBytes) throw changed();
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  #judge(sentBytes: number, md5: string): void {
    if (sentBytes !== this.#sizeBytes || md5 !== this.#md5) throw changed();
  }
}

function changed(): Refused {
  return new Refused({
    state: 'rejected',
    reason: 'the artifact’s bytes are not what they were a moment ago; add it anew',
  });
}
