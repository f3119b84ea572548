import type { PublisherContext, Verification } from '#contracts/publisher.ts';
import { asSentence } from '#core/text/sentences.ts';
import { fateOf } from '../shared/fate.ts';
import { ArchiveOrg } from './client.ts';
import type { ArchiveOrgOptions, ItemOptions } from './options.ts';

/** Read requests only: names every problem that they show. */
export async function verify(context: PublisherContext, options: ArchiveOrgOptions): Promise<Verification> {
  try {
    const archive = new ArchiveOrg(context);
    const account = await archive.readAccount();
    const of = account === undefined ? {} : { account };
    if (options.kind === 'save-page') return { ...of, ...(await captures(archive)) };
    const problems = [
      ...(await itemProblems(archive, options, account)),
      ...(await collectionProblems(archive, options)),
    ];
    return { ...of, problems };
  } catch (error) {
    return { problems: [asSentence(fateOf(error).reason)] };
  }
}

/** An identifier that is made for each publication can be checked only by its upload. */
async function itemProblems(
  archive: ArchiveOrg,
  { identifier }: ItemOptions,
  account: string | undefined,
): Promise<string[]> {
  if (identifier === undefined) return [];
  const record = await archive.readItem(identifier);
  if (record === undefined) return [];
  if (record.is_dark) return [`archive.org has taken ${identifier} down: choose another identifier.`];
  const { uploader, mediatype } = record.metadata ?? {};
  if (mediatype === 'collection')
    return [`${identifier} is a collection, which takes no files: choose another identifier.`];
  if (account === undefined || typeof uploader !== 'string' || sameName(uploader, account)) return [];
  return [`The item ${identifier} belongs to somebody else: choose another identifier, or use their keys.`];
}

/** No read request shows who may add to a collection. */
async function collectionProblems(archive: ArchiveOrg, { collections }: ItemOptions): Promise<string[]> {
  const problems: string[] = [];
  for (const name of collections) {
    const record = await archive.readItem(name);
    if (record === undefined)
      problems.push(`There is no collection ${name}: correct the target’s collections.`);
    else if (record.is_dark || record.metadata?.mediatype !== 'collection')
      problems.push(`${name} is no collection that takes items: correct the target’s collections.`);
  }
  return problems;
}

async function captures(archive: ArchiveOrg): Promise<Pick<Verification, 'problems' | 'quota'>> {
  const state = await archive.readCaptureQuota();
  if (state === undefined) return { problems: [] };
  const { daily_captures: used, daily_captures_limit: limit } = state;
  if (used === undefined || limit === undefined) return { problems: [] };
  const left = Math.max(0, limit - used);
  const problem =
    'The account’s captures of this day are used up: what is published waits until the next, by UTC.';
  return { problems: left > 0 ? [] : [problem], quota: `${left} of ${limit} captures left today (UTC)` };
}

function sameName(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
