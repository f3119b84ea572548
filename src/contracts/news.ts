import type { PublisherContext } from './publisher.ts';

/** Something published elsewhere that may start a chain. Others wrote all of it. */
export interface NewsItem {
  /** The id that the place gives it; it stays when the rest is edited. */
  id: string;
  title: string;
  /** Markdown or plain text. */
  text: string;
  url?: string;
  /** Absent: the place gives no readable time. */
  atMs?: number;
  /** For releases: the tag. */
  tag?: string;
  /** For releases: not meant for everybody yet. */
  isPrerelease?: boolean;
}

/** What lets a server say that nothing has changed (RFC 9110 §8.8). */
export interface Validators {
  etag?: string;
  lastModified?: string;
}

export type NewsAnswer =
  | { state: 'unchanged' }
  | {
      state: 'read';
      /** In the order of the place, usually the newest first. */
      items: readonly NewsItem[];
      validators: Validators;
      /** The new address, where it has moved permanently. */
      movedTo?: string;
    }
  /** Not there. Servers answer the same to somebody who may not know that it exists. */
  | { state: 'absent' }
  /** The server asked for a later request. */
  | { state: 'later'; reason: string; atMs: number };

/** For platforms where something is released: what a repository there has published. */
export interface ReleaseNews<Options> {
  /** Whether a target with these options may ask for this repository: "owner/name". */
  concerns(options: Options, repository: string): boolean;
  /** One read request. Without options it is anonymous. Throws as `Publisher.execute` does. */
  read(
    context: PublisherContext,
    repository: string,
    validators: Validators,
    options?: Options,
  ): Promise<NewsAnswer>;
  /** The release that a webhook's body reports; undefined for anything else. Pure. */
  hooked(event: string, body: unknown): { repository: string; item: NewsItem } | undefined;
}

/** Offered by publishing to the HTTP door, for platforms that report news themselves. */
export interface NewsHooks {
  /** Throws NEWS_HOOK_UNKNOWN, NEWS_HOOK_SIGNATURE, NEWS_HOOK_REPLAYED, NEWS_HOOK_UNREADABLE, NEWS_HOOK_HELD. */
  receive(call: HookCall): Promise<{ state: 'started' | 'ignored' }>;
}

/** One request of a webhook. https://docs.github.com/webhooks/webhook-events-and-payloads#delivery-headers */
export interface HookCall {
  chainId: string;
  /** X-GitHub-Event */
  event: string;
  /** X-GitHub-Delivery */
  deliveryId: string;
  /** X-Hub-Signature-256: "sha256=" and the HMAC of the body in hex. */
  signature: string;
  contentType: string;
  body: Uint8Array;
}
