import type { Kysely } from 'kysely';
import { type AnyAction, implement } from '#contracts/action.ts';
import { artifactShow } from '#contracts/actions/artifacts.ts';
import type { ArtifactStore } from '#contracts/artifacts.ts';
import { viewOf } from './artifacts/artifact-view.ts';
import { findPublications } from './drafts/publication-store.ts';
import { publishErrors } from './errors.ts';
import type { Views } from './publications/views.ts';
import type { Schema } from './tables/schema.ts';

/** The newest chains and publications. */
const shownMax = 20;

export interface ArtifactCourseComponents {
  db: Kysely<Schema>;
  store: Pick<ArtifactStore, 'get'>;
  views: Pick<Views, 'publication'>;
}

/** What happened to an artifact. A token sees what was uploaded to its guild, and nothing that people keep there. */
export function artifactCourseAction({ db, store, views }: ArtifactCourseComponents): AnyAction {
  return implement(artifactShow, async ({ actor }, { guildId, cid }) => {
    const artifact = await store.get(cid, guildId);
    const isShown = artifact && (actor.kind !== 'api-token' || artifact.source === 'upload');
    if (!isShown) throw publishErrors.PUBLISH_NO_ARTIFACT({ cid });
    const holding = await publicationIds(db, guildId, cid);
    const publications = await Promise.all(
      (await findPublications(db, holding)).map((publication) => views.publication(publication)),
    );
    return {
      artifact: viewOf(artifact),
      chains: await chainRuns(db, guildId, cid),
      publications: publications
        .sort((a, b) => b.createdAtMs - a.createdAtMs)
        .map(({ id, title, createdAtMs, deliveries }) => ({
          id,
          title,
          createdAtMs,
          deliveries: deliveries.map(
            ({ target, publisher, state, needsPerson, url, error, updatedAtMs }) => ({
              target,
              publisher,
              state,
              needsPerson,
              updatedAtMs,
              ...(url !== undefined && { url }),
              ...(error !== undefined && { error }),
            }),
          ),
        })),
    };
  });
}

async function publicationIds(db: Kysely<Schema>, guildId: string, cid: string): Promise<string[]> {
  const rows = await db
    .selectFrom('publication')
    .select('id')
    .where('guild_id', '=', guildId)
    .where('content', 'like', `%"cid":"${cid}"%`)
    .orderBy('created_at_ms', 'desc')
    .limit(shownMax)
    .execute();
  return rows.map(({ id }) => id);
}

async function chainRuns(db: Kysely<Schema>, guildId: string, cid: string) {
  const rows = await db
    .selectFrom('chain_run')
    .innerJoin('chain', 'chain.id', 'chain_run.chain_id')
    .select(['chain.name', 'chain_run.state', 'chain_run.reason', 'chain_run.started_at_ms'])
    .where('chain_run.guild_id', '=', guildId)
    .where('chain_run.artifacts', 'like', `%"${cid}"%`)
    .orderBy('chain_run.started_at_ms', 'desc')
    .limit(shownMax)
    .execute();
  return rows.map(({ name, state, reason, started_at_ms }) => ({
    chain: name,
    state,
    startedAtMs: started_at_ms,
    ...(reason !== null && { reason }),
  }));
}
