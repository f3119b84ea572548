import { type ExpressionBuilder, type Kysely, sql, type Transaction } from 'kysely';
import { type ArtifactFilter, type ArtifactInfo, promiseOf } from '#contracts/artifacts.ts';
import { foldName } from '#core/text/names.ts';
import { transact } from '#storage/transaction.ts';
import type { ArtifactTable, ArtifactTables } from '../tables/artifacts.ts';
import { artifactErrors } from './errors.ts';

type Database = Kysely<ArtifactTables>;
type Tx = Transaction<ArtifactTables>;

export interface ArtifactLimits {
  artifactBytesMax: number;
  guildBytesMax: number;
  totalBytesMax: number;
  countMax: number;
}

export interface Usage {
  usedBytes: number;
  count: number;
}

/** Scope of what is on the disk. No guild id looks like it. */
const totalName = 'total';
const hub = '';

/** The rows of the artifact store, and the limits: both change in one transaction. */
export class ArtifactIndex {
  readonly #db: Database;
  readonly #limits: ArtifactLimits;

  constructor(db: Database, limits: ArtifactLimits) {
    this.#db = db;
    this.#limits = limits;
  }

  /**
   * Records bytes whose file is durable. Not new: this guild had them; its label is replaced, unless the new one
   * `yields`, and its retention period restarts. Throws ARTIFACT_QUOTA_REACHED.
   */
  async record(artifact: ArtifactInfo, yields = false): Promise<{ isNew: boolean }> {
    return transact(this.#db, async (tx) => {
      // Every transaction locks the row of the total, so that what is read below stays true to the end.
      await charge(tx, totalName, 0, 0);
      await recordContent(tx, artifact);
      const isNew = await recordLabel(tx, artifact, yields);
      if (isNew) await this.#requireWithin(tx, artifact.guildId);
      return { isNew };
    });
  }

  /** Throws ARTIFACT_QUOTA_REACHED when `addedBytes` more would pass a limit. */
  async requireRoom(guildId: string | undefined, addedBytes: number, allBytes: number): Promise<void> {
    const guild = await this.usage(guildId ?? hub);
    const total = await this.usage(totalName);
    this.#require('guildBytesMax', guild.usedBytes + addedBytes);
    this.#require('totalBytesMax', total.usedBytes + allBytes);
    this.#require('countMax', total.count);
  }

  async usage(scope: string = totalName): Promise<Usage> {
    const row = await this.#db
      .selectFrom('artifact_usage')
      .selectAll()
      .where('scope', '=', scope)
      .executeTakeFirst();
    return { usedBytes: Number(row?.used_bytes ?? 0), count: Number(row?.artifact_count ?? 0) };
  }

  async content(cid: string): Promise<ArtifactTable | undefined> {
    return this.#db.selectFrom('artifact').selectAll().where('cid', '=', cid).executeTakeFirst();
  }

  /** Hides the label of a guild, which the caretaker then removes; one of another source stays. */
  async condemn(
    { cid, guildId, source }: { cid: string; guildId: string; source: string },
    nowMs: number,
  ): Promise<void> {
    await this.#db
      .updateTable('artifact_label')
      .set({ condemned_at_ms: nowMs })
      .where('cid', '=', cid)
      .where('guild_id', '=', guildId)
      .where('source', '=', source)
      .execute();
  }

  /** The row as one guild knows it; without a guild, as the first that still shows it does. */
  async find(cid: string, guildId?: string): Promise<ArtifactInfo | undefined> {
    const row = await this.#shown(guildId)
      .where('artifact_label.cid', '=', cid)
      .orderBy('artifact_label.created_at_ms')
      .limit(1)
      .executeTakeFirst();
    return row && infoOf(row);
  }

  /** Newest first. `search` is a part of the label, or the start of a content id. */
  async list(filter: ArtifactFilter): Promise<ArtifactInfo[]> {
    const { guildId, search = '', exceptSource, limit } = filter;
    const folded = foldName(search.trim());
    // Rows of older versions hold the letters as they came: decomposed, if a Mac wrote them.
    const spellings = [...new Set([folded, folded.normalize('NFD'), folded.normalize('NFKC')])];
    const rows = await this.#shown(guildId)
      .$if(exceptSource !== undefined, (query) => query.where('source', '!=', exceptSource ?? ''))
      .$if(folded !== '', (query) =>
        query.where((eb: ExpressionBuilder<ArtifactTables, 'artifact_label'>) =>
          eb.or([
            ...spellings.map((text) => sql<boolean>`label_folded like ${`%${literal(text)}%`} escape '!'`),
            sql<boolean>`artifact_label.cid like ${`${literal(folded)}%`} escape '!'`,
          ]),
        ),
      )
      .orderBy('artifact_label.created_at_ms', 'desc')
      .orderBy('artifact_label.cid')
      .limit(limit)
      .execute();
    return rows.map(infoOf);
  }

  /** To one guild: its own and the hub's. */
  #shown(guildId: string | undefined) {
    const all = this.#db
      .selectFrom('artifact_label')
      .innerJoin('artifact', 'artifact.cid', 'artifact_label.cid')
      .select([
        'artifact_label.cid as cid',
        'artifact.size_bytes as size_bytes',
        'guild_id',
        'label',
        'media_type',
        'source',
        'artifact_label.created_at_ms as created_at_ms',
      ])
      .where('condemned_at_ms', 'is', null);
    return guildId === undefined ? all : all.where('guild_id', 'in', [guildId, hub]);
  }

  async #requireWithin(tx: Tx, guildId: string | undefined): Promise<void> {
    const guild = await charge(tx, guildId ?? hub, 0, 0);
    const total = await charge(tx, totalName, 0, 0);
    this.#require('guildBytesMax', guild.usedBytes);
    this.#require('totalBytesMax', total.usedBytes);
    this.#require('countMax', total.count - 1);
  }

  #require(option: 'guildBytesMax' | 'totalBytesMax' | 'countMax', value: number): void {
    const max = this.#limits[option];
    const isOver = option === 'countMax' ? value >= max : value > max;
    if (isOver) throw artifactErrors.ARTIFACT_QUOTA_REACHED({ option: `artifacts.${option}`, max });
  }
}

/** Adds to a scope's usage and returns the new value. */
export async function charge(tx: Tx, scope: string, bytes: number, count: number): Promise<Usage> {
  const row = await tx
    .insertInto('artifact_usage')
    .values({ scope, used_bytes: bytes, artifact_count: count })
    .onConflict((conflict) =>
      conflict.column('scope').doUpdateSet((eb) => ({
        used_bytes: eb('artifact_usage.used_bytes', '+', bytes),
        artifact_count: eb('artifact_usage.artifact_count', '+', count),
      })),
    )
    .returning(['used_bytes', 'artifact_count'])
    .executeTakeFirstOrThrow();
  return { usedBytes: Number(row.used_bytes), count: Number(row.artifact_count) };
}

async function recordContent(tx: Tx, artifact: ArtifactInfo): Promise<void> {
  const { cid, sizeBytes, createdAtMs } = artifact;
  const known = await tx.selectFrom('artifact').select('cid').where('cid', '=', cid).executeTakeFirst();
  if (known) {
    // The file was just written again: whatever was wrong with the old one is fixed.
    await tx
      .updateTable('artifact')
      .set({ verified_at_ms: createdAtMs, damaged_at_ms: null })
      .where('cid', '=', cid)
      .execute();
    return;
  }
  await tx
    .insertInto('artifact')
    .values({
      cid,
      size_bytes: sizeBytes,
      created_at_ms: createdAtMs,
      verified_at_ms: createdAtMs,
      damaged_at_ms: null,
    })
    .execute();
  await charge(tx, totalName, sizeBytes, 1);
}

async function recordLabel(tx: Tx, artifact: ArtifactInfo, yields: boolean): Promise<boolean> {
  const { cid, sizeBytes } = artifact;
  const guildId = artifact.guildId ?? hub;
  const label = {
    label: artifact.label,
    label_folded: foldName(artifact.label),
    media_type: artifact.mediaType,
    source: artifact.source,
    created_at_ms: artifact.createdAtMs,
    condemned_at_ms: null,
  };
  const known = await tx
    .selectFrom('artifact_label')
    .select('source')
    .where('cid', '=', cid)
    .where('guild_id', '=', guildId)
    .executeTakeFirst();
  if (known) {
    const { created_at_ms, condemned_at_ms, ...named } = label;
    // What was promised to people in a recording is not lost because its bytes come again by another way.
    const source = promiseOf(known.source) ? known.source : label.source;
    await tx
      .updateTable('artifact_label')
      .set({ created_at_ms, condemned_at_ms, ...(yields ? {} : { ...named, source }) })
      .where('cid', '=', cid)
      .where('guild_id', '=', guildId)
      .execute();
    return false;
  }
  await tx
    .insertInto('artifact_label')
    .values({ cid, guild_id: guildId, ...label })
    .execute();
  await charge(tx, guildId, sizeBytes, 1);
  return true;
}

function literal(text: string): string {
  return text.replace(/[!%_]/g, '!$&');
}

interface ShownRow {
  cid: string;
  size_bytes: number;
  guild_id: string;
  label: string;
  media_type: string;
  source: string;
  created_at_ms: number;
}

function infoOf(row: ShownRow): ArtifactInfo {
  return {
    cid: row.cid,
    sizeBytes: Number(row.size_bytes),
    mediaType: row.media_type,
    label: row.label,
    guildId: row.guild_id === hub ? undefined : row.guild_id,
    source: row.source,
    createdAtMs: row.created_at_ms,
  };
}
