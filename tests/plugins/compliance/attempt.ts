import { createHash } from 'node:crypto';
import type {
  ArtifactReader,
  AttemptContext,
  MediaReference,
  RotatingTokens,
  TokenPair,
} from '#contracts/publisher.ts';
import { systemClock } from '#core/clock.ts';
import { Scrubber } from '#core/scrubber.ts';
import { createHostHttp, type HostHttpInit, type JournaledHttp } from '#publishing/http/host-http.ts';
import type { FakePlatform } from './fake-platform.ts';

export interface Attempt extends AttemptContext {
  http: JournaledHttp;
}

export interface AttemptInit extends Partial<HostHttpInit> {
  credentials: Record<string, string>;
  artifacts?: ArtifactReader;
  tokens?: RotatingTokens;
  firstAttemptAtMs?: number;
  addresses?: Record<string, string>;
  /** Changes of the context itself, such as its guild. */
  context?: Partial<Omit<AttemptContext, 'approved'>> & { approved?: boolean };
}

export const key = 'c0ffee00c0ffee00c0ffee00';

/** One attempt as the host would give it, with the host's own HTTP. */
export function attemptAt(platform: Pick<FakePlatform, 'addresses' | 'routes'>, init: AttemptInit): Attempt {
  const { credentials, artifacts, tokens, firstAttemptAtMs, addresses, context, ...http } = init;
  const signal = init.signal ?? new AbortController().signal;
  const clock = systemClock();
  const known = addresses ?? platform.addresses;
  return {
    credential: (name) => credentials[name],
    tokens: tokens ?? heldTokens(),
    address: (name) => {
      const address = known[name];
      if (address === undefined) throw new Error(`no address ${name}`);
      return address;
    },
    nowMs: () => clock.nowMs(),
    key,
    stepKey: key,
    attempt: 1,
    approved: false,
    firstAttemptAtMs: firstAttemptAtMs ?? clock.nowMs(),
    artifacts: artifacts ?? artifactsOf([]),
    progress: () => undefined,
    ...context,
    signal,
    http: createHostHttp(
      { clock, scrubber: new Scrubber() },
      {
        dryRun: false,
        idleTimeoutMs: 5_000,
        ...(platform.routes && { routes: platform.routes }),
        ...http,
        signal,
      },
    ),
  };
}

/** Artifacts held in memory, in small chunks of odd sizes. */
export function artifactsOf(all: readonly Uint8Array[]): ArtifactReader {
  const byCid = new Map(all.map((bytes) => [cidOf(bytes), bytes]));
  function bytesOf(cid: string): Uint8Array {
    const bytes = byCid.get(cid);
    if (!bytes) throw new Error(`no artifact ${cid}`);
    return bytes;
  }
  return {
    async *open(cid, startBytes = 0) {
      const bytes = bytesOf(cid);
      for (let at = startBytes; at < bytes.length; at += 1_021) yield bytes.subarray(at, at + 1_021);
    },
    async read(cid, bytesMax) {
      const bytes = bytesOf(cid);
      if (bytes.length > bytesMax) throw new Error('too large');
      return bytes;
    },
  };
}

export function mediaOf(bytes: Uint8Array, name: string, mediaType: string): MediaReference {
  return { cid: cidOf(bytes), sizeBytes: bytes.length, name, mediaType };
}

export function heldTokens(held?: TokenPair): RotatingTokens {
  let pair = held;
  return {
    current: async () => pair,
    refresh: async (run) => {
      pair = await run(pair);
      return pair;
    },
  };
}

function cidOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
