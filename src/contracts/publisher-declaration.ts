import type { z } from 'zod';
import type { FieldWords } from '#core/text/problems.ts';

/** What the hub knows of a publisher before any of its code is loaded: small, and imports only schemas. */
export interface PublisherDeclaration<Options = unknown> {
  /** "github": also the folder's name. */
  readonly id: string;
  readonly describe: PublisherDescription<Options>;
  /**
   * Credentials that a target with these options uses, by names in `describe.credentials`. Credentials that aren't
   * listed are ignored; without a `required` one nothing can be published.
   */
  needs(options: Options): readonly CredentialNeed[];
  /** Base addresses of its platform, by name: each is an option of the hub, `plugins.<id>.<name>`. */
  readonly addresses?: Readonly<Record<string, BaseAddress>>;
  /** Origins built into a client library, each with the name of the base address to connect to instead. */
  readonly routes?: Readonly<Record<string, string>>;
  /**
   * It publishes on the platform that the hub itself runs on: base address and credential of these names are the hub's
   * own, so nobody configures or enters them.
   */
  readonly hubsOwn?: { readonly address: string; readonly credential: string };
  /** Its code has `releaseNews`. */
  readonly hasReleaseNews?: true;
  /** Its code has `retract`. */
  readonly takesBack?: true;
  /** Its code has `choices`. */
  readonly hasChoices?: true;
  /** Text that fills several options at once, in kinds that have all of them. */
  readonly fromText?: PlaceFromText;
}

/** What people type or paste to name a place: "acme/site", or its address. */
export interface PlaceFromText {
  /** "a repository" */
  noun: string;
  words: FieldWords & { example: string };
  /** Options, by name, that it fills. */
  fills: readonly string[];
  /** Sites whose addresses it reads; those of others are refused by name. Absent: any. */
  sites?: readonly string[];
  /** Undefined: it can't be read. Pure; must read its own example. */
  read(text: string): Readonly<Record<string, string>> | undefined;
}

/** One sort of place, as people choose it. */
export interface PlaceKind {
  /** Unique among those of its publisher: letters, digits and dashes. */
  id: string;
  /** "A GitHub release"; at most 60 characters. */
  title: string;
  /** At most 100 characters. */
  help: string;
  /** The options that make it this kind. */
  options: Readonly<Record<string, string>>;
  /** The link of a test post, where nothing is published without one. */
  testLink?: string;
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
  /** Absent: one, with its title and summary. */
  kinds?: readonly PlaceKind[];
  /** Secrets a target may need, by name; each is given as an environment variable or through a one-time link. */
  credentials: readonly CredentialField[];
  /** How a second attempt is kept from repeating the effect. */
  dedupe: 'server-key' | 'client-id' | 'compare-and-set' | 'look-up' | 'none';
  /** `server-key` only: how long the server remembers a key. Within it, sending again is harmless. */
  dedupeWindowMs?: number;
  /** How long after the last attempt's end a look-up's `absent` can be believed. */
  settleDelayMs: number;
  /**
   * How long, at most, something that landed may stay invisible to look-ups: the lag of the platform's lists and
   * indexes. When the target says that something is there, it is looked for again for this long before a person is
   * asked. Absent: five minutes.
   */
  patienceMs?: number;
  /** One attempt, look-ups included; the lease is longer. Large uploads are bounded by idle time instead. */
  attemptTimeoutMs: number;
  /** A scheduled delivery that is late by more than this is not sent; people are shown it. */
  lateGraceMs: number;
  /** Whether the platform charges for each write. */
  costly: boolean;
  /** `verify` gives the end of the credential: its targets are asked once a day. */
  tellsEnd?: true;
  /** Paths to which a POST only obtains a read token: allowed where nothing may be written. */
  signInPaths?: RegExp;
  /**
   * People who add a target name its host: the host's HTTP then connects to public addresses only, and to those of the
   * option `plugins.<id>.allowedPrivateHosts`.
   */
  publicAddressesOnly?: true;
}

export interface CredentialField {
  name: string;
  /** As people call it, with its article: "a token". Absent: its name. */
  label?: string;
  help: string;
  /**
   * It is an address that requests go to, and everyone who knows it may post there. Servers quote their own address, so
   * no text of the server may get into a fate, a receipt, a look-up or a verification.
   */
  isAddress?: true;
}

/** The options decide which of these it is: `PublisherDeclaration.needs`. */
export interface CredentialNeed {
  name: string;
  required: boolean;
}
