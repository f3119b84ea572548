import type { Clock } from '#core/clock.ts';
import type { Scrubber } from '#core/scrubber.ts';

export interface JournalEntry {
  method: string;
  /** Values of the query are masked, and so is every secret the hub knows. */
  url: string;
  /** Absent: no answer came. */
  status?: number;
  /** Until the end of the answer, or the failure; absent while it is running. */
  durationMs?: number;
  /** A code or a short word: HTTP_DRY_RUN, ECONNRESET. */
  failure?: string;
}

export interface OpenEntry {
  answered(status: number): void;
  failed(failure: string): void;
  ended(): void;
}

export interface HttpJournalInit {
  entriesMax: number;
  /** Only hosts are stored: in addresses that people enter, any part can be the secret. */
  hidePaths: boolean;
}

/** Requests to a target during one attempt: the newest `entriesMax`, never a secret. */
export class HttpJournal {
  readonly #entries: JournalEntry[] = [];
  #droppedCount = 0;
  readonly #components: { clock: Clock; scrubber: Scrubber };
  readonly #init: HttpJournalInit;

  constructor(components: { clock: Clock; scrubber: Scrubber }, init: HttpJournalInit) {
    this.#components = components;
    this.#init = init;
  }

  get entries(): readonly Readonly<JournalEntry>[] {
    return this.#entries;
  }

  /** Number of older entries that were dropped. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  open(method: string, url: URL): OpenEntry {
    const { clock, scrubber } = this.#components;
    const startedAtMs = clock.monotonicMs();
    const entry: JournalEntry = {
      method,
      url: this.#init.hidePaths ? `${url.origin}/…` : scrubber.scrub(redactedUrl(url)),
    };
    this.#entries.push(entry);
    if (this.#entries.length > this.#init.entriesMax) {
      this.#entries.shift();
      this.#droppedCount++;
    }
    return {
      answered: (status) => {
        entry.status = status;
      },
      failed: (failure) => {
        entry.failure ??= failure;
      },
      ended: () => {
        entry.durationMs ??= Math.round(clock.monotonicMs() - startedAtMs);
      },
    };
  }
}

/** Names of query parameters stay, values are masked: there are too many names for signatures and keys to list. */
export function redactedUrl(url: URL): string {
  const names = [...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=…`);
  // In a webhook's address the path itself is the credential, its id included.
  const path = url.pathname.replace(/(\/webhooks)\/[^/]+\/[^/]+/, '$1/…');
  return `${url.origin}${path}${names.length > 0 ? `?${names.join('&')}` : ''}`;
}
