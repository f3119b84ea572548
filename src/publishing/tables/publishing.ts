/** The tables of the publication service, beside those of the outbox. JSON is text, flags are 0 and 1. */
export interface PublishingTables {
  publication_plan: PublicationPlanTable;
  target: TargetTable;
  approval: ApprovalTable;
  credential: CredentialTable;
  credential_end: CredentialEndTable;
  target_check: TargetCheckTable;
  vault: VaultTable;
  connect_link: ConnectLinkTable;
  authorisation: AuthorisationTable;
  token_lease: TokenLeaseTable;
  chain: ChainTable;
  chain_run: ChainRunTable;
  chain_watch: ChainWatchTable;
  hook_delivery: HookDeliveryTable;
}

/** What a publication was made with besides its content; one row per publication. */
export interface PublicationPlanTable {
  publication_id: string;
  /** The cause it was ordered by; unique. A person's own publications have none. */
  cause: string | null;
  /** null: at once. */
  due_at_ms: number | null;
  /** Addresses of earlier receipts by target name, for `{receipt:…}`. */
  receipts: string;
  /** Rises with each edit. */
  revision: number;
  /** When this revision was made: it waits for approval from here. */
  revised_at_ms: number;
}

export interface TargetTable {
  id: string;
  guild_id: string;
  /** Unique in the guild among those not removed. */
  name: string;
  publisher: string;
  options: string;
  policy: 'none' | 'one-manager' | 'two-people';
  monthly_budget_micros: number | null;
  ordered: number;
  template: string | null;
  /** Where its alerts go: the Discord channel it was added from. */
  alert_channel_id: string | null;
  created_by: string;
  created_at_ms: number;
  /** Rows of removed targets stay, because deliveries name them. */
  removed_at_ms: number | null;
}

/** One person's approval of exactly these steps. */
export interface ApprovalTable {
  delivery_id: string;
  revision: number;
  steps_hash: string;
  person: string;
  given_at_ms: number;
  /** HMAC over the others; see publishing/seals. */
  seal: string | null;
}

export interface CredentialTable {
  target_id: string;
  name: string;
  version: number;
  /** base64 of nonce, ciphertext and tag */
  sealed: string;
  set_by: string;
  set_at_ms: number;
}

/** What its platform said when it was last asked, for these options and credentials alone. */
export interface TargetCheckTable {
  target_id: string;
  /** HMAC of the options and credentials that it was asked with, under the vault's key. */
  subject: string;
  /** JSON: an array of sentences. */
  problems: string;
  checked_at_ms: number;
}

/** What the platform said about the end of a target's credential; deleted when that is replaced. */
export interface CredentialEndTable {
  target_id: string;
  /** null: it gave none. */
  ends_at_ms: number | null;
  /** null: it gave no answer yet. */
  said_at_ms: number | null;
  /** By the daily check, whatever its result. */
  asked_at_ms: number;
}

/** One row: the data key, sealed by the operator's key; row seals are made with one derived from it. */
export interface VaultTable {
  id: 'vault';
  version: number;
  /** base64 of nonce, ciphertext and tag */
  sealed_key: string;
}

export interface ConnectLinkTable {
  /** sha-256, hex: the token itself is stored nowhere. */
  token_hash: string;
  target_id: string;
  guild_id: string;
  made_by: string;
  expires_at_ms: number;
  used_at_ms: number | null;
}

/** A person who was sent to a platform to grant access, and has a few minutes to come back. */
export interface AuthorisationTable {
  /** sha-256, hex: the state itself is stored nowhere. */
  state_hash: string;
  /** `connect_link.token_hash` */
  link_hash: string;
  target_id: string;
  /** sha-256, hex, of the value in that browser's cookie. */
  browser_hash: string;
  /** The PKCE verifier: base64 of nonce, ciphertext and tag. */
  verifier: string;
  redirect_url: string;
  started_by: string;
  expires_at_ms: number;
  used_at_ms: number | null;
}

/** The worker that is renewing a target's tokens now. */
export interface TokenLeaseTable {
  target_id: string;
  holder: string;
  until_ms: number;
}

export interface ChainTable {
  id: string;
  guild_id: string;
  name: string;
  trigger: string;
  content: string;
  links: string;
  created_by: string;
  created_at_ms: number;
  removed_at_ms: number | null;
  /** Number of its runs. */
  run_count: number;
}

/** What a chain that starts on news of others knows of them; deleted with the chain. */
export interface ChainWatchTable {
  chain_id: string;
  guild_id: string;
  /** Where it is read: the address that the chain names, or its permanent redirect. */
  place: string;
  etag: string | null;
  last_modified: string | null;
  /** 16 hex digits for each item that was there: those of the newest read first. */
  seen: string;
  /** null: it is no longer read. Also a claim: the process that moves it on has the turn. */
  next_at_ms: number | null;
  checked_at_ms: number | null;
  failure_count: number;
  /** Since when it can't be read, and why. */
  failed_at_ms: number | null;
  failure_code: string | null;
  failure_text: string | null;
}

/** Requests of webhooks that were handled. */
export interface HookDeliveryTable {
  chain_id: string;
  /** As the platform gave it; unique in the chain. */
  delivery_id: string;
  at_ms: number;
}

export interface ChainRunTable {
  id: string;
  chain_id: string;
  guild_id: string;
  /** Unique: the same event starts it once. */
  cause: string;
  label: string;
  description: string;
  artifacts: string;
  /** `gathering`: more files are expected; the time since the last one came counts. */
  state: 'gathering' | 'running' | 'stopped' | 'done';
  /** The link it is at, from 0. */
  link: number;
  /** Publication ids, by link. */
  publications: string;
  /** Addresses by target name. */
  receipts: string;
  reason: string | null;
  started_at_ms: number;
  updated_at_ms: number;
  /** RunFacts */
  facts: string;
}
