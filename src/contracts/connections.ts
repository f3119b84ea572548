/** Offered by the web: the page on which somebody enters a target's credentials. */
export interface ConnectPage {
  urlOf(token: string): string;
}

/** Offered by publishing to that page. */
export interface Connections {
  /** What the page asks for; the link stays usable. Throws PUBLISH_LINK_INVALID. */
  describe(token: string): Promise<ConnectionForm>;
  /**
   * Keeps the values and uses the link up, in one transaction. A value that can't be kept leaves the link as it was.
   * Throws PUBLISH_LINK_INVALID, PUBLISH_CREDENTIAL_INVALID, PUBLISH_VAULT_SEALED.
   */
  redeem(token: string, values: Readonly<Record<string, string>>): Promise<void>;
}

export interface ConnectionForm {
  guildId: string;
  target: string;
  publisher: string;
  fields: readonly { name: string; help: string; required: boolean }[];
  expiresAtMs: number;
}

/** Offered by the process: secrets that the operator set as `GUILDMESH_SECRET_…` or in a file named by `…_FILE`. */
export interface EnvironmentSecrets {
  /** By the whole name. */
  get(name: string): string | undefined;
}
