import type { Kysely } from 'kysely';
import { promiseOf, type RecordingPromise } from '#contracts/artifacts.ts';
import { audienceWords } from '#contracts/audio.ts';
import type { Schema } from '../tables/schema.ts';
import type { Publication } from './publication-store.ts';

/** A recording and the audience of its broadcast. */
export interface PromisedRecording extends RecordingPromise {
  label: string;
}

/** What an approver reads: what people were told, and that this is for more. */
export function promiseNote({ audience, label, live }: PromisedRecording): string {
  const told = `heard by ${audienceWords[audience]}`;
  return live
    ? `In “${label}” people of a live channel are heard. Their notice said: ${told}. Published, more people hear them; that takes a manager’s approval.`
    : `“${label}” was broadcast to be ${told}. Published, more people hear it; that takes a manager’s approval.`;
}

/** The publications, by id, that hold a recording made for fewer people than will see it. */
export async function withPromises(
  db: Kysely<Schema>,
  publications: readonly Publication[],
): Promise<ReadonlySet<string>> {
  const cids = [...new Set(publications.flatMap(({ content }) => content.media.map(({ cid }) => cid)))];
  if (cids.length === 0) return new Set();
  const rows = await db
    .selectFrom('artifact_label')
    .select(['cid', 'guild_id', 'source'])
    .where('cid', 'in', cids)
    .execute();
  const promised = new Set(
    rows.filter(({ source }) => promiseOf(source)).map(({ cid, guild_id }) => `${guild_id}/${cid}`),
  );
  const holds = ({ content, guildId }: Publication) =>
    content.media.some(({ cid }) => promised.has(`${guildId}/${cid}`));
  return new Set(publications.filter(holds).map(({ id }) => id));
}
