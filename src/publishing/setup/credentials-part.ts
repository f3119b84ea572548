import type { Kysely } from 'kysely';
import type { Startable } from '#core/lifecycle.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { TokenPairs } from '../credentials/token-pairs.ts';
import type { Vault } from '../credentials/vault.ts';
import type { Readiness } from '../host/readiness.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Schema } from '../tables/schema.ts';
import type { Target } from '../targets/target-store.ts';

/** The reason of a hold while the vault is sealed begins like this. */
const sealed = 'Stored credentials can’t be opened';

export interface CredentialsPartComponents {
  db: Kysely<Schema>;
  vault: Vault;
  credentials: Credentials;
  tokens: TokenPairs;
  outbox: Outbox;
  readiness: Pick<Readiness, 'doubt'>;
}

/** At the start the scrubber learns what is stored, and targets that only waited for the vault resume. */
export class CredentialsPart implements Startable {
  readonly name = 'credentials';
  readonly #components: CredentialsPartComponents;

  constructor(components: CredentialsPartComponents) {
    this.#components = components;
  }

  async start(): Promise<void> {
    const { credentials, tokens, vault, db } = this.#components;
    await credentials.learn();
    await tokens.learn();
    if (vault.state.state !== 'open') return;
    await db
      .deleteFrom('target_pause')
      .where('reason', '=', 'authorisation-lost')
      .where('detail', 'like', `${sealed}%`)
      .execute();
  }

  /** A target that was held for lack of authorisation has new credentials. */
  async connected(target: Target): Promise<void> {
    const { outbox, readiness } = this.#components;
    const pause = await outbox.gate.paused(target.id);
    if (pause?.reason === 'authorisation-lost') await outbox.resume(target.id);
    readiness.doubt(target.id);
  }
}
