/** Offered by the web: pages on which somebody connects a target. */
export interface ConnectPage {
  urlOf(token: string): string;
  /** Where a platform sends people back to. */
  redirectUrl(): string;
  /** Where a platform may report news. */
  hookUrlOf?(chainId: string): string;
  /** Only browsers on the hub's own machine can open the pages: `web.publicUrl` is not set. */
  isLocal(): boolean;
}

/** Offered by publishing to those pages. */
export interface Connections {
  /** What the page asks for; the link stays usable. Throws PUBLISH_LINK_INVALID. */
  describe(token: string): Promise<ConnectionForm>;
  /**
   * Stores the values and uses the link up, in one transaction. If a value can't be stored, the link stays usable.
   * Throws PUBLISH_LINK_INVALID, PUBLISH_CREDENTIAL_INVALID, PUBLISH_VAULT_SEALED.
   */
  redeem(token: string, values: Readonly<Record<string, string>>): Promise<void>;
  /** Redeems it with a token of a stand-in, where `tryOut` says so. Throws as `redeem`, and PUBLISH_TRY_OUT_FAILED. */
  tryOut(token: string): Promise<void>;
  /**
   * Stores the app's values and returns the page that grants access. The link is used up when somebody returns from
   * there. Throws as `redeem`, and PUBLISH_AUTHORISE_SHADOWED.
   */
  authorise(token: string, values: Readonly<Record<string, string>>): Promise<Departure>;
  /**
   * Completes a grant when somebody returns from the platform. Throws PUBLISH_AUTHORISE_UNKNOWN,
   * PUBLISH_AUTHORISE_EXPIRED, PUBLISH_AUTHORISE_DENIED, PUBLISH_AUTHORISE_REFUSED, PUBLISH_LINK_INVALID,
   * PUBLISH_VAULT_SEALED.
   */
  authorised(back: Return): Promise<void>;
}

export interface ConnectionForm {
  guildId: string;
  target: string;
  publisher: string;
  fields: readonly ConnectionField[];
  /** The place publishes to a stand-in on this machine, which gives a token for the asking. */
  tryOut?: boolean;
  /**
   * Access is granted on a page of the platform: `fields` are only for people who have already what the grant would
   * give.
   */
  authorise?: {
    fields: readonly ConnectionField[];
    /** Origin of the platform's page, where the form leads. */
    origin: string;
    /** The callback address to enter where the app is registered. */
    redirectUrl: string;
  };
  expiresAtMs: number;
}

export interface ConnectionField {
  name: string;
  help: string;
  required: boolean;
}

export interface Departure {
  url: string;
  /**
   * For a cookie: the browser that returns must be the one that left, or somebody could be tricked into granting for
   * another person.
   */
  browserKey: string;
  lifetimeMs: number;
}

/** The platform's redirect, as received (RFC 6749 §4.1.2). Anybody may have written it. */
export interface Return {
  state: string;
  code: string | undefined;
  error: string | undefined;
  /** From that browser's cookie. */
  browserKey: string | undefined;
}

/** Offered by the process: secrets that the operator set as `GUILDMESH_SECRET_…` or in a file named by `…_FILE`. */
export interface EnvironmentSecrets {
  /** By its whole name. */
  get(name: string): string | undefined;
}
