import type { Kysely } from 'kysely';
import {
  lastAddressesMax,
  type TrustedCommunity,
  type TrustStore,
  trustedCommunitiesMax,
  trustedNamesMax,
} from '#contracts/trust-store.ts';
import { foldName } from '#core/text/names.ts';
import { storageErrors } from '#storage/errors.ts';
import { transact } from '#storage/transaction.ts';
import type { Schema } from './schema.ts';

export function createTrustStore(db: Kysely<Schema>): TrustStore {
  return {
    async list() {
      const rows = await db
        .selectFrom('trusted_community')
        .selectAll()
        .orderBy('trusted_at_ms')
        .orderBy('peer_id')
        .execute();
      return rows.map(communityOf);
    },

    async names() {
      const rows = await db
        .selectFrom('trusted_name')
        .selectAll()
        .orderBy('trusted_at_ms')
        .orderBy('peer_id')
        .orderBy('name')
        .execute();
      return rows.map(({ name, peer_id: peerId, trusted_at_ms: trustedAtMs }) => ({
        name,
        peerId,
        trustedAtMs,
      }));
    },

    async put(community) {
      const row = rowOf(community);
      await transact(db, async (transaction) => {
        await transaction
          .insertInto('trusted_community')
          .values(row)
          .onConflict((conflict) => conflict.column('peer_id').doUpdateSet(row))
          .execute();
        const { count } = await transaction
          .selectFrom('trusted_community')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        if (Number(count) > trustedCommunitiesMax)
          throw storageErrors.STORAGE_LIMIT_REACHED({
            what: 'trusted communities',
            max: trustedCommunitiesMax,
          });
        await noteName(transaction, community);
      });
    },

    async remove(peerId) {
      await db.deleteFrom('trusted_community').where('peer_id', '=', peerId).execute();
    },
  };
}

/** Bounded: the names that weren't given for longest make room. */
async function noteName(db: Kysely<Schema>, { name, peerId, trustedAtMs }: TrustedCommunity): Promise<void> {
  const row = { name: foldName(name), peer_id: peerId, trusted_at_ms: trustedAtMs };
  await db
    .insertInto('trusted_name')
    .values(row)
    .onConflict((conflict) => conflict.columns(['name', 'peer_id']).doUpdateSet(row))
    .execute();
  const oldest = await db
    .selectFrom('trusted_name')
    .select('trusted_at_ms')
    .orderBy('trusted_at_ms', 'desc')
    .offset(trustedNamesMax)
    .limit(1)
    .executeTakeFirst();
  if (oldest)
    await db.deleteFrom('trusted_name').where('trusted_at_ms', '<=', oldest.trusted_at_ms).execute();
}

function rowOf(community: TrustedCommunity): Schema['trusted_community'] {
  return {
    peer_id: community.peerId,
    name: community.name,
    trusted_by: community.trustedBy,
    trusted_at_ms: community.trustedAtMs,
    addresses: JSON.stringify(community.lastAddresses.slice(0, lastAddressesMax)),
  };
}

function communityOf(row: Schema['trusted_community']): TrustedCommunity {
  return {
    peerId: row.peer_id,
    name: row.name,
    trustedBy: row.trusted_by,
    trustedAtMs: row.trusted_at_ms,
    lastAddresses: JSON.parse(row.addresses),
  };
}
