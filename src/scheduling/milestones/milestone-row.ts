import type { Kysely } from 'kysely';
import type { MilestoneView } from '#contracts/actions/scheduling.ts';
import { listOf } from '../stored-texts.ts';
import type { MilestonePostTable, MilestoneTable, Schema } from '../tables/schema.ts';
import { resolvePlanned } from '../time/wall-time.ts';
import type { Zones } from '../time/zones.ts';
import { milestoneErrors } from './errors.ts';

export type Post = MilestonePostTable;

/** By guild and id. Throws MILESTONE_UNKNOWN, also for one of another guild. */
export async function readMilestone(
  db: Kysely<Schema>,
  { guildId, id }: { guildId: string; id: string },
): Promise<MilestoneTable> {
  const row = await db
    .selectFrom('milestone')
    .selectAll()
    .where('id', '=', id)
    .where('guild_id', '=', guildId)
    .executeTakeFirst();
  if (!row) throw milestoneErrors.MILESTONE_UNKNOWN();
  return row;
}

export async function readPosts(db: Kysely<Schema>, milestoneIds: readonly string[]): Promise<Post[]> {
  if (milestoneIds.length === 0) return [];
  return db.selectFrom('milestone_post').selectAll().where('milestone_id', 'in', milestoneIds).execute();
}

export function milestoneView(zones: Zones, row: MilestoneTable, posts: readonly Post[]): MilestoneView {
  const { text, note } = resolvePlanned(zones, { local: row.local, zone: row.zone });
  return {
    id: row.id,
    guildId: row.guild_id,
    title: row.title,
    description: row.description,
    when: note ? `${text}; ${note}` : text,
    atMs: row.at_ms,
    zone: row.zone,
    state: row.state,
    progressPercent: row.progress_percent,
    artifacts: listOf(row.artifacts),
    targets: listOf(row.targets),
    posts: posts
      .filter((post) => post.milestone_id === row.id)
      .sort((a, b) => (a.at_ms ?? Number.POSITIVE_INFINITY) - (b.at_ms ?? Number.POSITIVE_INFINITY))
      .map(postView),
  };
}

function postView(post: Post): MilestoneView['posts'][number] {
  return {
    offset: post.offset,
    ...(post.at_ms === null ? {} : { atMs: post.at_ms }),
    state: shownState(post),
    ...(post.publication_id === null ? {} : { publicationId: post.publication_id }),
  };
}

/** People need not know of work between two states. */
function shownState({ state, aim }: Post): MilestoneView['posts'][number]['state'] {
  if (state === 'ordering') return 'planned';
  if (state === 'revising') return aim === 'post' ? 'planned' : aim;
  return state;
}
