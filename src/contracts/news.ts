import type { PublisherContext } from './publisher.ts';

/** Something that appeared elsewhere, and may start a chain. All of it was written by others. */
export interface NewsItem {
  /** What the place knows it by; it stays when the rest is edited. */
  id: string;
  title: string;
  /** Markdown or plain text. */
  text: string;
  url?: string;
  /** Absent: the place gives none that can be read. */
  atMs?: number;
  /** Of a release: its tag. */
  tag?: string;
  /** Of a release: not meant for everybody yet. */
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
      /** In the order of the place, which is usually the newest first. */
      items: readonly NewsItem[];
      validators: Validators;
      /** Where it has moved for good. */
      movedTo?: string;
    }
  /** Not there; to somebody who may not know that it is, the same is said. */
  | { state: 'absent' }
  /** The server wants to be asked later. */
  | { state: 'later'; reason: string; atMs: number };

/** For platforms where something is released: what a repository there has published. */
export interface ReleaseNews<Options> {
  /** Whether a target with these options may ask for this repository: "owner/name". */
  concerns(options: Options, repository: string): boolean;
  /** One read. Without options nobody's name is given. Throws as `Publisher.execute` does. */
  read(
    context: PublisherContext,
    repository: string,
    validators: Validators,
    options?: Options,
  ): Promise<NewsAnswer>;
  /** What a webhook's body says was released; undefined: something else. Pure. */
  hooked(event: string, body: unknown): { repository: string; item: NewsItem } | undefined;
}

/** Offered by publishing to the HTTP door: platforms that tell of news themselves. */
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
