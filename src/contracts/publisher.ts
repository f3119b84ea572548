import type { Agent } from 'node:https';
import type { DiscordNames } from '#core/text/discord-markup.ts';
import type { Authorisation } from './authorisation.ts';
import type { ReleaseNews } from './news.ts';
import type { PublisherDeclaration } from './publisher-declaration.ts';

/** A publisher as plugins/index.ts lists it: its declaration, and the way to its code. */
export interface PublisherPlugin<Options = unknown> extends PublisherDeclaration<Options> {
  /** By `import()`: code loads with its first use. A hub that never publishes there keeps none of it in memory. */
  load(): Promise<PublisherCode<Options>>;
}

/** A publisher whose code has been loaded. */
export interface Publisher<Options = unknown> extends PublisherDeclaration<Options>, PublisherCode<Options> {}

/**
 * How results get to one kind of target. The host owns store, clock, secrets, HTTP and retry; a publisher is nearly
 * pure. Library retries are off for writes: the outbox is the only retrier.
 */
export interface PublisherCode<Options = unknown> {
  /** Read-only look at credentials and rights. Never throws for what it can name as a problem. */
  verify(context: PublisherContext, options: Options): Promise<Verification>;
  /**
   * Pure and deterministic: the same content, options and settings give the same steps. Preview, dry run and the hash
   * that people approve all come from it. Every limit of the platform shows as a problem here, before anything is sent.
   */
  render(content: PublicationContent, options: Options, settings: RenderSettings): Rendered;
  /** Exactly one remote effect. Throws on anything else than success; `classify` says what the throw means. */
  execute(context: AttemptContext, step: Step, earlier: Receipts): Promise<Receipt>;
  /** Whether an earlier attempt of this step took effect. `absent` counts only after `settleDelayMs`. */
  find(context: AttemptContext, step: Step, earlier: Receipts): Promise<LookUp>;
  classify(error: unknown): Fate;
  /**
   * Why steps of an older form are not what this version would write, where carrying them out would do harm; asked
   * before the first effect. They are rendered anew then, and approvals asked for again. Pure.
   */
  outdated?(steps: readonly Step[]): string | undefined;
  /** For targets that show nothing before the last step. */
  leftover?: LeftoverCare;
  /** For targets whose references move. Absent: `render` alone decides what will happen. */
  references?: ReferenceCare<Options>;
  /** For targets that accept first and take effect later. Called with backoff until it no longer says `pending`. */
  confirm?(context: AttemptContext, step: Step, receipt: Receipt): Promise<Confirmation>;
  /** For platforms whose access is granted on a page of theirs. Absent: credentials are entered. */
  authorise?: Authorisation<Options>;
  /** For platforms whose releases may start chains: those that declare `hasReleaseNews`. */
  releaseNews?: ReleaseNews<Options>;
}

/** What a delivery that is given up in the middle leaves at its target, hidden from the public. */
export interface LeftoverCare {
  /** By the receipts of the steps that are done; undefined: nothing that would have to go. Pure. */
  of(steps: readonly Step[], receipts: Receipts): Leftover | undefined;
  /**
   * Takes it away, also where the answer that would have named it was lost. Only what is ours and still hidden; quiet
   * when it is gone. Throws as `execute` does.
   */
  remove(context: PublisherContext, steps: readonly Step[], receipts: Receipts): Promise<void>;
}

export interface Leftover {
  /** "a draft of release v1.2" */
  what: string;
  url?: string;
}

/** Binds what people see and approve to what a branch, a tag or their like stands for at that moment. */
export interface ReferenceCare<Options> {
  /** Reads only. Undefined: nothing moves for these options. Throws as `execute` does. */
  look(
    context: PublisherContext,
    content: PublicationContent,
    options: Options,
    settings: RenderSettings,
  ): Promise<Looked | undefined>;
  /** What `render` had got in `RenderSettings.found` when it made these steps. Pure. */
  foundIn(steps: readonly Step[]): Json | undefined;
}

export interface Looked {
  /** For `RenderSettings.found`: it becomes part of the steps, and so of what is approved. */
  found: Json;
  /** What one read shows must be refused. */
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
  /** Words of a template for this target; absent: the publisher's own. `{title} {body} {link} {tags}` */
  template?: string;
  /** What `<#id>` and `<@id>` in the words stand for; absent: neutral words do. */
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
  /** Of `ReferenceCare.look`; absent: there is nothing to look at, or nobody could. */
  found?: Json;
}

export interface Rendered {
  /** In order; each waits for the one before. */
  steps: readonly Step[];
  /** Shown, don't stop anything. */
  warnings: readonly string[];
  /** Stop the publication: what is wrong and what to change. */
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
 * What a failed attempt means. `not-sent`: nothing reached the target, try again. `rejected`: final, a person must
 * change something. `outdated`: nothing left, and what was shown and approved is no longer what would happen; it is
 * rendered anew and asked for again. `unknown`: bytes left and no full answer came (time-out, reset, 5xx): look up before anything else.
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
       * It was refused as a repetition of what an earlier attempt may have sent: near-proof that it is there, though a
       * look-up may not show it yet. It is looked for during `patienceMs`, and never sent again.
       */
      saysThere?: true;
    };

export interface Verification {
  /** The account that will publish, for people. */
  account?: string;
  /** Each with what to do. Empty: good to go. */
  problems: readonly string[];
  /** What publishing won't be refused for, yet hardly anyone means: an account that only followers see. */
  remarks?: readonly string[];
  /** "4,812 of 5,000 requests left until 14:00" */
  quota?: string;
  /** When the credential ends, also one that has; absent beside an `account`: never, as far as the platform says. */
  endsAtMs?: number;
}

export interface PublisherContext {
  http: HostHttp;
  credential(name: string): string | undefined;
  /** Access that expires and is renewed by a token of which each use makes a new one. */
  tokens: RotatingTokens;
  /** Base addresses of the platform, by name, as configured (`plugins.<id>.<name>`). */
  address(name: string): string;
  signal: AbortSignal;
  nowMs(): number;
  /** Whose target it is: what acts by the hub's own rights, as its bot does, must stay inside this guild. */
  guildId?: string;
}

/**
 * One pair per target, shared by every attempt and process. A new pair is durable before anybody gets it; the one
 * before is kept until the new one has worked.
 */
export interface RotatingTokens {
  /** Undefined before the first refresh. */
  current(): Promise<TokenPair | undefined>;
  /**
   * Runs alone for this target, under a lease, with the newest pair. `run` gives that same pair back when somebody else
   * has renewed it meanwhile; any other result is stored before this resolves. Nothing is stored when it throws.
   */
  refresh(run: (newest: TokenPair | undefined) => Promise<TokenPair>): Promise<TokenPair>;
}

export interface TokenPair {
  accessToken: string;
  refreshToken: string;
  expiresAtMs: number;
  /** Which authorisation it stems from: where a person has given a newer one, the pair no longer counts. No secret. */
  grant: string;
  /** What the grant allows, as the platform said it with the newest token; empty where it said nothing. */
  scopes?: readonly string[];
}

export interface AttemptContext extends PublisherContext {
  /** `RenderSettings.key` */
  key: string;
  /** Key of this step: `key` for the first, derived for the others; ≤ 25 characters. */
  stepKey: string;
  /** From 1, those included that a crash cut short: above 1, an earlier one may have landed. */
  attempt: number;
  firstAttemptAtMs: number;
  artifacts: ArtifactReader;
  /** People were asked, and have said yes to exactly these steps. */
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
 * The only way out. In a dry run it refuses every request that isn't GET or HEAD, whatever the plugin does. It keeps a
 * redacted journal, gives up at the signal, uses no proxy, and follows a redirect only for GET and HEAD; to another
 * origin only without the request's credentials. What fails is HTTP_NOT_REACHED or HTTP_ANSWER_LOST: see
 * `fateOfTransport`.
 */
export interface HostHttp {
  fetch: typeof globalThis.fetch;
  /** One request with a body of known length, streamed and never held in memory; redirects come back as answers. */
  send(request: StreamedRequest): Promise<Response>;
  /** For client libraries that bring their own https: same rules, and redirects to a configured base address. */
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
