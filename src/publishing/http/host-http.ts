import type { HostHttp } from '#contracts/publisher.ts';
import type { Clock } from '#core/clock.ts';
import type { Scrubber } from '#core/scrubber.ts';
import { exchange, type Outgoing } from './exchange.ts';
import { createFetch, responseOf } from './fetch.ts';
import { createGuard } from './guard.ts';
import { HttpJournal } from './journal.ts';
import type { PublicOnlyInit } from './public-only.ts';
import { httpUrl, Routes } from './routes.ts';

export interface HostHttpComponents {
  clock: Clock;
  /** Knows the target's credentials, so that none gets into the journal. */
  scrubber: Scrubber;
}

export interface HostHttpInit {
  /** Refuses everything but GET and HEAD. */
  dryRun: boolean;
  /** Paths to which a POST only obtains a token: allowed nevertheless. */
  signInPaths?: RegExp;
  /** Ends with the attempt: aborts all its requests. */
  signal: AbortSignal;
  /** Origin → base address, for libraries that know one address only; only the origins count. */
  routes?: Readonly<Record<string, string>>;
  /** Absent: hosts come from the configuration, and any address may be connected to. */
  publicOnly?: PublicOnlyInit;
  connectTimeoutMs?: number;
  /** Time without a byte in either direction: bounds a long upload. */
  idleTimeoutMs?: number;
  journalEntriesMax?: number;
}

export interface JournaledHttp extends HostHttp {
  readonly journal: HttpJournal;
}

/** The HTTP of one attempt. Holds no connection open, so it needs no closing. */
export function createHostHttp(components: HostHttpComponents, init: HostHttpInit): JournaledHttp {
  const journal = new HttpJournal(components, {
    entriesMax: init.journalEntriesMax ?? 200,
    hidePaths: init.publicOnly !== undefined,
  });
  const routes = new Routes(init.routes ?? {});
  const { dryRun, signInPaths, signal, publicOnly } = init;
  const guard = createGuard(
    { journal, routes },
    { dryRun, signal, ...(signInPaths && { signInPaths }), ...(publicOnly && { publicOnly }) },
  );
  const parts = { clock: components.clock, guard };
  const limits = {
    connectTimeoutMs: init.connectTimeoutMs ?? 10_000,
    idleTimeoutMs: init.idleTimeoutMs ?? 60_000,
    signal: init.signal,
  };
  const forLibraries = createGuard({ journal, routes }, { ...init, idleTimeoutMs: limits.idleTimeoutMs });
  return {
    journal,
    agent: forLibraries.https,
    fetch: createFetch(parts, limits),
    send: async ({ method, url, headers, body, bodyBytes, onProgress }) => {
      const outgoing: Outgoing = {
        url: httpUrl(url),
        method,
        headers: { ...headers },
        body: { chunks: body, lengthBytes: bodyBytes },
        signals: [init.signal],
        ...(onProgress && { onProgress }),
      };
      return responseOf(await exchange(parts, limits, outgoing), outgoing);
    },
  };
}
