import { type ArtifactInfo, type ArtifactStore, promiseOf } from '#contracts/artifacts.ts';
import { type Audience, audienceWords, isAsWideAs } from '#contracts/audio.ts';
import { audioErrors } from '../errors.ts';
import { withoutExtension } from './library-names.ts';
import type { ByteSource } from './open-bytes.ts';
import type { AnyPlace } from './order/any-place.ts';

export type SoundArtifacts = Pick<ArtifactStore, 'get' | 'open'>;

export const artifactPrefix = 'artifact:';
const cidPattern = /^[0-9a-f]{64}$/;

/** The source that an artifact is. */
export function artifactName(cid: string): string {
  return `${artifactPrefix}${cid}`;
}

/** Undefined for any other text. */
export function cidIn(source: string): string | undefined {
  const cid = source.startsWith(artifactPrefix) ? source.slice(artifactPrefix.length).trim() : '';
  return cidPattern.test(cid) ? cid : undefined;
}

/**
 * An artifact of this guild itself. A recording may be heard only by people who could hear its broadcast: nobody else
 * was named to those in it. Throws AUDIO_ARTIFACT_GONE and AUDIO_RECORDING_PROMISED.
 */
export async function soundArtifact(
  artifacts: Pick<SoundArtifacts, 'get'>,
  { cid, owner, audience }: { cid: string; owner: string; audience: Audience },
): Promise<ArtifactInfo> {
  const info = await artifacts.get(cid, owner);
  if (info?.guildId !== owner) throw audioErrors.AUDIO_ARTIFACT_GONE();
  const promise = promiseOf(info.source);
  if (promise && !isAsWideAs(promise.audience, audience))
    throw audioErrors.AUDIO_RECORDING_PROMISED({
      recording: info.label,
      promised: audienceWords[promise.audience],
      wanted: audienceWords[audience],
    });
  return info;
}

/** Its label without the extension. */
export function artifactTitle({ label }: ArtifactInfo): string {
  return withoutExtension(label);
}

export async function openArtifact(
  artifacts: SoundArtifacts,
  info: ArtifactInfo,
  startAtMs = 0,
): Promise<ByteSource> {
  // Ids and titles of artifacts are asked for long before one is opened.
  const { beginAt } = await import('./seek/begun-at.ts');
  const file = new ArtifactPlace(artifacts, info);
  return {
    ...(await beginAt(file, info.label, startAtMs)),
    pace: 'file',
    title: artifactTitle(info),
    contentType: '',
    close: () => file.close(),
  };
}

/** The bytes of an artifact from any place. */
export class ArtifactPlace implements AnyPlace {
  readonly isCheap = true;
  readonly isNear = true;
  readonly sizeBytes: number;
  readonly #artifacts: Pick<SoundArtifacts, 'open'>;
  readonly #cid: string;
  readonly #reading = new Set<AsyncIterator<Uint8Array>>();

  constructor(artifacts: Pick<SoundArtifacts, 'open'>, { cid, sizeBytes }: ArtifactInfo) {
    this.#artifacts = artifacts;
    this.#cid = cid;
    this.sizeBytes = sizeBytes;
  }

  async *from(start: number): AsyncGenerator<Uint8Array, void, void> {
    const bytes = this.#artifacts.open(this.#cid, start)[Symbol.asyncIterator]();
    this.#reading.add(bytes);
    try {
      for (let next = await bytes.next(); !next.done; next = await bytes.next()) yield next.value;
    } finally {
      this.#reading.delete(bytes);
      await bytes.return?.();
    }
  }

  /** Readers that nobody reads on hold a file open, too. */
  close(): void {
    for (const bytes of this.#reading) void bytes.return?.().catch(() => {});
    this.#reading.clear();
  }
}
