import { join } from 'node:path';
import type { Secret } from '#core/secret.ts';
import { Credentials, type CredentialsComponents } from './credentials/credentials.ts';
import { TokenPairs, type TokenPairsComponents } from './credentials/token-pairs.ts';
import { Vault, type VaultComponents, type VaultInit } from './credentials/vault.ts';
import type { Publishers } from './publishers.ts';
import { RowSeals } from './seals/row-seals.ts';

export interface Secrets {
  vault: Vault;
  /** Under the vault's key. */
  seals: RowSeals;
  credentials: Credentials;
  tokens: TokenPairs;
}

export type SecretsComponents = VaultComponents &
  Omit<CredentialsComponents, 'vault'> &
  Omit<TokenPairsComponents, 'vault'> & { publishers: Pick<Publishers, 'all'> };

export interface SecretsInit {
  stateDir: string;
  vault: Omit<VaultInit, 'keyFile'>;
  discord: { token?: Secret | undefined; guildIds: readonly string[] };
}

/** Publishing's own secrets, and its credentials. */
export function createSecrets(components: SecretsComponents, init: SecretsInit): Secrets {
  const { token, guildIds } = init.discord;
  const vault = new Vault(components, { ...init.vault, keyFile: join(init.stateDir, 'vault.key') });
  const names = components.publishers.all.flatMap(({ id, hubsOwn }) =>
    hubsOwn ? [[id, hubsOwn.credential] as const] : [],
  );
  const credentials = new Credentials(
    { ...components, vault },
    {
      own: { token, names: Object.fromEntries(names) },
      soleGuildId: guildIds.length === 1 ? guildIds[0] : undefined,
    },
  );
  return {
    vault,
    credentials,
    seals: new RowSeals(vault),
    tokens: new TokenPairs({ ...components, vault }),
  };
}
