import { sql } from 'kysely';
import type { OwnedTables } from '#storage/owned-tables.ts';
import { outboxMigration } from './002-outbox.ts';
import { publishingMigration } from './004-publishing.ts';
import { artifactMigration } from './005-artifacts.ts';
import { authorisationMigration } from './007-authorisations.ts';
import { sealMigration } from './012-seals.ts';
import { alertMigration } from './014-alerts.ts';
import { chainWatchMigration } from './015-chain-watches.ts';
import { hookMigration } from './016-hooks.ts';
import { credentialEndMigration } from './018-credential-ends.ts';
import { targetCheckMigration } from './022-target-checks.ts';
import { takingBackMigration } from './023-taking-back.ts';

export const publishingTables: OwnedTables = {
  migrations: [
    { version: 2, name: 'outbox', up: outboxMigration },
    { version: 4, name: 'targets, approvals, credentials, chains', up: publishingMigration },
    { version: 5, name: 'artifacts and tokens', up: artifactMigration },
    { version: 7, name: 'authorisations', up: authorisationMigration },
    { version: 12, name: 'seals of deliveries and approvals', up: sealMigration },
    { version: 14, name: 'alerts', up: alertMigration },
    { version: 15, name: 'news that start chains', up: chainWatchMigration },
    { version: 16, name: 'webhooks of chains', up: hookMigration },
    { version: 18, name: 'ends of credentials', up: credentialEndMigration },
    { version: 22, name: 'checks of targets', up: targetCheckMigration },
    { version: 23, name: 'deliveries that take back', up: takingBackMigration },
  ],
  guilds: {
    inUse: [
      sql`select guild_id from target where removed_at_ms is null`,
      sql`select guild_id from chain where removed_at_ms is null`,
    ],
    withWork: [
      sql`select guild_id from chain`,
      sql`select guild_id from chain_run`,
      sql`select guild_id from target`,
      sql`select guild_id from delivery where open = 1`,
    ],
  },
  stateNames: ['vault.key', 'artifacts'],
};
