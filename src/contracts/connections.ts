/** Offered by the web: the pages on which somebody connects a target. */
export interface ConnectPage {
  urlOf(token: string): string;
  /** Where a platform sends people back to. */
  redirectUrl(): string;
  /** Where a platform may tell of news. */
  hookUrlOf?(chainId: string): string;
  /** Only browsers on the hub's own machine get there: `web.publicUrl` is not set. */
  isLocal(): boolean;
}

/** Offered by publishing to those pages. */
export interface Connections {
  /** What the page asks for; the link stays usable. Throws PUBLISH_LINK_INVALID. */
  describe(token: string): Promise<ConnectionForm>;
  /**
   * Keeps the values and uses the link up, in one transaction. A value that can't be kept leaves the link as it was.
   * Throws PUBLISH_LINK_INVALID, PUBLISH_CREDENTIAL_INVALID, PUBLISH_VAULT_SEALED.
   */
  redeem(token: string, values: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Keeps the app's values and says where to go to grant access. The link is used up when somebody comes back with it.
   * Throws as `redeem`, and PUBLISH_AUTHORISE_SHADOWED.
   */
  authorise(token: string, values: Readonly<Record<string, string>>): Promise<Departure>;
  /**
   * Somebody is back from the platform. Throws PUBLISH_AUTHORISE_UNKNOWN, PUBLISH_AUTHORISE_EXPIRED,
   * PUBLISH_AUTHORISE_DENIED, PUBLISH_AUTHORISE_REFUSED, PUBLISH_LINK_INVALID, PUBLISH_VAULT_SEALED.
   */
  authorised(back: Return): Promise<void>;
}

export interface ConnectionForm {
  guildId: string;
  target: string;
  publisher: string;
  fields: readonly ConnectionField[];
  /** Access is granted on a page of the platform: `fields` are only for whoever has what that would give. */
  authorise?: {
    fields: readonly ConnectionField[];
    /** Of the platform's page: the form leads there. */
    origin: string;
    /** To be entered as callback address where the app is registered. */
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
  /** For a cookie: whoever comes back must be the browser that left, or somebody could be made to grant for another. */
  browserKey: string;
  lifetimeMs: number;
}

/** As the platform's redirect says it (RFC 6749 §4.1.2). Anybody may have written it. */
export interface Return {
  state: string;
  code: string | undefined;
  error: string | undefined;
  /** Of that browser's cookie. */
  browserKey: string | undefined;
}

/** Offered by the process: secrets that the operator set as `GUILDMESH_SECRET_…` or in a file named by `…_FILE`. */
export interface EnvironmentSecrets {
  /** By the whole name. */
  get(name: string): string | undefined;
}
