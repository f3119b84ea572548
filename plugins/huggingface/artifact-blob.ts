import type { ArtifactReader } from '#contracts/publisher.ts';

/** An artifact, or a part of it, in the form that the library expects: read on demand, and never held whole. */
export class ArtifactBlob extends Blob {
  override readonly size: number;
  readonly #artifacts: ArtifactReader;
  readonly #cid: string;
  readonly #start: number;

  constructor(artifacts: ArtifactReader, cid: string, start: number, end: number) {
    super([]);
    this.#artifacts = artifacts;
    this.#cid = cid;
    this.#start = start;
    this.size = end - start;
  }

  override slice(start = 0, end = this.size): ArtifactBlob {
    const from = this.#start + within(start, this.size);
    const to = this.#start + within(end, this.size);
    return new ArtifactBlob(this.#artifacts, this.#cid, from, Math.max(from, to));
  }

  override stream(): ReturnType<Blob['stream']> {
    return ReadableStream.from(this.#chunks());
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    const whole = new Uint8Array(this.size);
    let at = 0;
    for await (const chunk of this.#chunks()) {
      whole.set(chunk, at);
      at += chunk.byteLength;
    }
    return whole.buffer;
  }

  override async text(): Promise<string> {
    return new TextDecoder().decode(await this.arrayBuffer());
  }

  async *#chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    let left = this.size;
    if (left === 0) return;
    for await (const chunk of this.#artifacts.open(this.#cid, this.#start)) {
      const part = chunk.subarray(0, left);
      left -= part.byteLength;
      yield part as Uint8Array<ArrayBuffer>;
      if (left === 0) return;
    }
  }
}

/** Negative positions count from the end, as Blob's do. */
function within(position: number, size: number): number {
  return position < 0 ? Math.max(0, size + position) : Math.min(position, size);
}
