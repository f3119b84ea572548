import type { Agent } from 'node:https';
import type { DiscordNames } from '#core/text/discord-markup.ts';
import type { Authorisation } from './authorisation.ts';
import type { ReleaseNews } from './news.ts';
import type { PublisherDeclaration } from './publisher-declaration.ts';

/** A publisher as plugins/index.ts lists it: its declaration, and the way to its code. */
export interface PublisherPlugin<Options = unknown> extends PublisherDeclaration<Options> {
  /** By `import()`: code loads with its first use. A hub that never publishes there doesn't load it. */
  load(): Promise<PublisherCode<Options>>;
}

/** A publisher whose code has been loaded. */
export interface Publisher<Options = unknown> extends PublisherDeclaration<Options>, PublisherCode<Options> {}

/**
 * How results get to one kind of target. The host owns store, clock, secrets, HTTP and retry; a publisher is nearly
 * pure. Library retries are off for writes: the outbox is the only retrier.
 */
export interface PublisherCode<Options = unknown> {
  /** Read-only check of credentials and rights. Reports problems that it can name instead of throwing. */
  verify(context: PublisherContext, options: Options): Promise<Verification>;
  /**
   * Pure and deterministic: the same content, options and settings give the same steps. Preview, dry run and the hash
   * that people approve all come from it. Every limit of the platform shows as a problem here, before anything is sent.
   */
  render(content: PublicationContent, options: Options, settings: RenderSettings): Rendered;
  /** Exactly one remote effect. Throws on anything but success; `classify` says what the error means. */
  execute(context: AttemptContext, step: Step, earlier: Receipts): Promise<Receipt>;
  /** Whether an earlier attempt of this step took effect. `absent` counts only after `settleDelayMs`. */
  find(context: AttemptContext, step: Step, earlier: Receipts): Promise<LookUp>;
  classify(error: unknown): Fate;
  /**
   * Why steps of an older form must not run as they are; called before the first effect. The steps are then rendered
   * again, and approvals are requested again. Pure.
   */
  outdated?(steps: readonly Step[]): string | undefined;
  /** For targets that show nothing before the last step. */
  leftover?: LeftoverCare;
  /**
   * How what a delivery has made is taken back: steps of another delivery, which `execute`, `find` and `classify` handle
   * like any. What is gone already counts as taken back, in both. For those that declare `takesBack`. Pure.
   */
  retract?(steps: readonly Step[], receipts: Receipts): Retraction;
  /** For targets whose references move. Absent: `render` alone decides what will happen. */
  references?: ReferenceCare<Options>;
  /** For targets that accept first and take effect later. Called with backoff until it no longer says `pending`. */
  confirm?(context: AttemptContext, step: Step, receipt: Receipt): Promise<Confirmation>;
  /** For platforms that grant access on a page of their own. Absent: credentials are entered. */
  authorise?: Authorisation<Options>;
  /** For platforms whose releases may start chains: those that declare `hasReleaseNews`. */
  releaseNews?: ReleaseNews<Options>;
  /**
   * Places that these credentials may write to, the likeliest first, each as `fromText` reads it. Reads only; throws as
   * `execute` does.
   */
  choices?(context: PublisherContext): Promise<readonly PlaceChoice[]>;
}

export interface PlaceChoice {
  /** "acme/site" */
  text: string;
  /** "private" */
  help?: string;
}

/** What a delivery that stops in the middle leaves at its target, hidden from the public. */
export interface LeftoverCare {
  /** Judged by the receipts of finished steps; undefined: there is nothing to remove. Pure. */
  of(steps: readonly Step[], receipts: Receipts): Leftover | undefined;
  /**
   * Removes it, even where the answer that would have named it was lost. Removes only what is ours and still hidden;
   * does nothing when it is gone. Throws as `execute` does.
   */
  remove(context: PublisherContext, steps: readonly Step[], receipts: Receipts): Promise<void>;
}

export interface Leftover {
  /** "a draft of release v1.2" */
  what: string;
  url?: string;
}

/** `why`: it can't be taken back; a clause that says what to do instead. */
export type Retraction = { steps: readonly Step[] } | { why: string };

/** Binds what people see and approve to the commit (or its like) that a branch or tag stands for at that moment. */
export interface ReferenceCare<Options> {
  /** Reads only. Undefined: nothing moves for these options. Throws as `execute` does. */
  look(
    context: PublisherContext,
    content: PublicationContent,
    options: Options,
    settings: RenderSettings,
  ): Promise<Looked | undefined>;
  /** The `RenderSettings.found` that `render` had when it made these steps. Pure. */
  foundIn(steps: readonly Step[]): Json | undefined;
}

export interface Looked {
  /** For `RenderSettings.found`: it becomes part of the steps, and so of what is approved. */
  found: Json;
  /** Findings that must stop the publication. */
  problems: readonly string[];
}

/** What a publication says, before a target's template and limits. */
export interface PublicationContent {
  title: string;
  /** Markdown. */
  body: string;
  tags: readonly string[];
  link?: string;
  media: readonly MediaReference[];
  /** Template of this target; absent: the publisher's own. `{title} {body} {link} {tags}` */
  template?: string;
  /** What `<#id>` and `<@id>` in the text stand for; absent: neutral words. */
  names?: DiscordNames;
}

export interface MediaReference {
  /** sha-256 of the bytes, lower-case hex. */
  cid: string;
  mediaType: string;
  sizeBytes: number;
  /** A label, never a path. */
  name: string;
  altText?: string;
}

export interface RenderSettings {
  /** Derived from publication, target and revision: 24 lower-case hex digits. The public marker comes from it. */
  key: string;
  /** The instant the publication was made: render has no clock of its own. */
  createdAtMs: number;
  /** Result of `ReferenceCare.look`; absent: there is nothing to look at, or it couldn't be read. */
  found?: Json;
}

export interface Rendered {
  /** In order; each waits for the one before. */
  steps: readonly Step[];
  /** Shown; they don't stop anything. */
  warnings: readonly string[];
  /** They stop the publication: each says what is wrong and what to change. */
  problems: readonly string[];
  /** Estimated, in millionths of a US dollar; 0 where the platform is free. */
  costMicros: number;
  /** What people will see, for the preview: exactly the text that is sent. */
  preview: readonly { label: string; text: string }[];
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Step {
  /** Unique within the delivery, stable over renders: "post", "part-2", "asset:report.pdf". */
  id: string;
  kind: string;
  /** "Create release v1.2 in owner/name" */
  summary: string;
  payload: { readonly [key: string]: Json };
  /** Bytes it sends, by content id. */
  artifacts: readonly MediaReference[];
}

export interface Receipt {
  remoteId: string;
  url?: string;
  /** What later steps and `confirm` need. No secrets. */
  data?: { readonly [key: string]: Json };
}

/** Receipts of the delivery's earlier steps, by step id. */
export type Receipts = Readonly<Record<string, Receipt>>;

export type LookUp =
  | { state: 'found'; receipt: Receipt }
  | { state: 'absent' }
  | { state: 'cannot-tell'; why: string };

export type Confirmation =
  | { state: 'confirmed'; receipt: Receipt }
  | { state: 'pending' }
  | { state: 'failed'; reason: string };

/**
 * What a failed attempt means. `not-sent`: nothing reached the target, retry. `rejected`: final, a person must change
 * something. `outdated`: nothing left, and what was shown and approved is no longer what would happen; it is rendered
 * and approved again. `unknown`: bytes left and no full answer came (time-out, reset, 5xx): look up before anything
 * else.
 */
export type Fate =
  | { state: 'not-sent'; reason: string }
  | { state: 'rejected'; reason: string }
  | { state: 'outdated'; reason: string }
  | { state: 'rate-limited'; reason: string; retryAtMs?: number; retryAfterMs?: number }
  | { state: 'authorisation-lost'; reason: string }
  | { state: 'out-of-budget'; reason: string }
  | {
      state: 'unknown';
      reason: string;
      /**
       * The target refused it as a repetition of what an earlier attempt may have sent: near-proof that it is there,
       * though a look-up may not show it yet. It is looked for during `patienceMs`, and never sent again.
       */
      saysThere?: true;
    };

export interface Verification {
  /** The account that will publish, for people. */
  account?: string;
  /** Each with what to do. Empty: good to go. */
  problems: readonly string[];
  /** Facts that don't prevent publishing but are hardly intended, such as an account that only followers see. */
  remarks?: readonly string[];
  /** "4,812 of 5,000 requests left until 14:00" */
  quota?: string;
  /**
   * End of the credential, even when it has passed. Absent beside an `account`: it never ends, as far as the platform
   * says.
   */
  endsAtMs?: number;
}

export interface PublisherContext {
  http: HostHttp;
  credential(name: string): string | undefined;
  /** Access tokens that expire; each use of the refresh token makes a new one. */
  tokens: RotatingTokens;
  /** Base addresses of the platform, by name, as configured (`plugins.<id>.<name>`). */
  address(name: string): string;
  signal: AbortSignal;
  nowMs(): number;
  /**
   * The guild that owns the target: what acts with the hub's own rights, as its bot does, must stay inside this guild.
   */
  guildId?: string;
}

/**
 * One pair per target, shared by every attempt and process. A new pair is durable before anybody gets it; the previous
 * one is kept until the new one has worked.
 */
export interface RotatingTokens {
  /** Undefined before the first refresh. */
  current(): Promise<TokenPair | undefined>;
  /**
   * Runs alone for this target, under a lease, with the newest pair. `run` returns that same pair when somebody else
   * has renewed it meanwhile; any other result is stored before this resolves. Nothing is stored when it throws.
   */
  refresh(run: (newest: TokenPair | undefined) => Promise<TokenPair>): Promise<TokenPair>;
}

export interface TokenPair {
  accessToken: string;
  refreshToken: string;
  expiresAtMs: number;
  /** The authorisation it stems from: after a person has granted a newer one, the pair no longer counts. No secret. */
  grant: string;
  /** What the grant allows, as the platform said with the newest token; empty where it said nothing. */
  scopes?: readonly string[];
}

export interface AttemptContext extends PublisherContext {
  /** `RenderSettings.key` */
  key: string;
  /** Key of this step: `key` for the first, derived for the others; ≤ 25 characters. */
  stepKey: string;
  /** Counts from 1 and includes attempts that a crash interrupted: above 1, an earlier one may have landed. */
  attempt: number;
  firstAttemptAtMs: number;
  artifacts: ArtifactReader;
  /** People were asked and approved exactly these steps. */
  approved: boolean;
  /** Bytes sent so far of a long step. */
  progress(sentBytes: number, totalBytes: number): void;
}

export interface ArtifactReader {
  /** Streams the bytes from `startBytes`; throws when the artifact is gone. */
  open(cid: string, startBytes?: number): AsyncIterable<Uint8Array>;
  read(cid: string, bytesMax: number): Promise<Uint8Array>;
}

/**
 * The only way to the network. In a dry run it refuses every request that isn't GET or HEAD, whatever the plugin does.
 * It keeps a redacted journal, gives up at the signal, uses no proxy, and follows a redirect only for GET and HEAD; to
 * another origin only without the request's credentials. Failures are HTTP_NOT_REACHED or HTTP_ANSWER_LOST: see
 * `fateOfTransport`.
 */
export interface HostHttp {
  fetch: typeof globalThis.fetch;
  /** One request with a body of known length, streamed and never held in memory; redirects come back as answers. */
  send(request: StreamedRequest): Promise<Response>;
  /** For client libraries that bring their own https: same rules, and redirects go to a configured base address. */
  agent: Agent;
}

export interface StreamedRequest {
  method: 'POST' | 'PUT' | 'PATCH';
  url: string;
  /** Without Content-Length, which is `bodyBytes`. */
  headers: Readonly<Record<string, string>>;
  body: AsyncIterable<Uint8Array>;
  /** Exactly what `body` yields, else HTTP_BODY_LENGTH. */
  bodyBytes: number;
  onProgress?(sentBytes: number): void;
}
