import type { z } from 'zod';

/** What the hub knows of a publisher before any of its code has loaded: small, and importing nothing but schemas. */
export interface PublisherDeclaration<Options = unknown> {
  /** "github": also the folder's name. */
  readonly id: string;
  readonly describe: PublisherDescription<Options>;
  /**
   * What a target with these options proves itself with, by names of `describe.credentials`. What isn't listed is of no
   * use to it; without one that is `required` nothing can be published.
   */
  needs(options: Options): readonly CredentialNeed[];
  /** Base addresses of its platform, by name: each is an option of the hub, `plugins.<id>.<name>`. */
  readonly addresses?: Readonly<Record<string, BaseAddress>>;
  /** Origins that a client library knows by heart, with the name of the base address that is connected to instead. */
  readonly routes?: Readonly<Record<string, string>>;
  /**
   * It publishes on the platform that the hub itself runs on: base address and credential of these names are the hub's
   * own, and nobody configures or enters them.
   */
  readonly hubsOwn?: { readonly address: string; readonly credential: string };
  /** Its code has `releaseNews`. */
  readonly hasReleaseNews?: true;
}

export interface BaseAddress {
  /** Unless the configuration says otherwise. */
  url: string;
  /** "the GitHub REST API" */
  of: string;
}

export interface PublisherDescription<Options> {
  title: string;
  /** One sentence for people. */
  summary: string;
  /** What a target of this kind is configured with; base addresses are not here but in `RenderSettings`/host settings. */
  options: z.ZodType<Options>;
  /** Secrets a target may need, by name; each is given as an environment variable or through a one-time link. */
  credentials: readonly CredentialField[];
  /** How a second attempt is kept from doubling the effect. */
  dedupe: 'server-key' | 'client-id' | 'compare-and-set' | 'look-up' | 'none';
  /** `server-key` only: how long the server remembers a key. Within it, sending again is harmless. */
  dedupeWindowMs?: number;
  /** After the last attempt ended, how long until a look-up's `absent` can be believed. */
  settleDelayMs: number;
  /**
   * How long what landed may stay out of a look-up's sight, at most: the lag of the platform's lists and indexes. That
   * long something is looked for again that the target says it has, before a person is asked. Absent: five minutes.
   */
  patienceMs?: number;
  /** One attempt, look-ups included; the lease is longer. Large uploads are bounded by idle time instead. */
  attemptTimeoutMs: number;
  /** Missed by more than this, a scheduled delivery is not sent late but shown. */
  lateGraceMs: number;
  /** Whether the platform charges for each write. */
  costly: boolean;
  /** `verify` says when the credential ends: its targets are asked once a day. */
  tellsEnd?: true;
  /** Paths to which a POST only gives out a token to read with: let through where nothing may be written. */
  signInPaths?: RegExp;
  /**
   * Whoever adds a target names its host: the host's HTTP then connects to public addresses only, and to those of the
   * option `plugins.<id>.allowedPrivateHosts`.
   */
  publicAddressesOnly?: true;
}

export interface CredentialField {
  name: string;
  help: string;
  /**
   * It is an address that requests go to, and whoever knows it may post there. Servers quote their own address: no word
   * of who answers there may get into a fate, a receipt, a look-up or a verification.
   */
  isAddress?: true;
}

/** Which of these it is depends on the options: `PublisherDeclaration.needs`. */
export interface CredentialNeed {
  name: string;
  required: boolean;
}
