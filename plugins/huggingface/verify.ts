import { z } from 'zod';
import type { PublisherContext, Verification } from '#contracts/publisher.ts';
import { answerJson } from '../shared/answer.ts';
import { classify, isDisabled, statusOf } from './classify.ts';
import { connect, type HubClient } from './client.ts';
import { library } from './library.ts';
import type { HuggingfaceOptions } from './options.ts';

type Who = Awaited<ReturnType<ReturnType<typeof library>['whoAmI']>>;

const kinds = ['model', 'dataset', 'space'] as const;

const repository = z.object({ disabled: z.boolean().optional() });
const references = z.object({
  branches: z.array(z.object({ name: z.string() })),
  tags: z.array(z.object({ name: z.string() })).optional(),
});
/**
 * Fields that the library's own type omits, as `trackio/server.py` of https://github.com/gradio-app/trackio reads them.
 */
const membership = z.object({ name: z.string(), roleInOrg: z.string().optional() });
const fineGrained = z.object({
  scoped: z.array(
    z.object({ entity: z.object({ type: z.string(), name: z.string() }), permissions: z.array(z.string()) }),
  ),
});

/** Only GETs, so it works in a dry run too: names every problem that they show. */
export async function verify(context: PublisherContext, options: HuggingfaceOptions): Promise<Verification> {
  try {
    const client = connect(context);
    const who = await library().whoAmI(client);
    const problems = [
      ...(await repositoryProblems(client, options)),
      ...tokenProblems(who, options),
      ...ownerProblems(who, options),
    ];
    return { account: who.name, problems, ...endOf(who) };
  } catch (error) {
    return { problems: [`${classify(error).reason}.`] };
  }
}

async function repositoryProblems(client: HubClient, options: HuggingfaceOptions): Promise<string[]> {
  const { kind, repo } = options;
  const disabled = `Hugging Face has disabled ${repo}: ask its support, or change the target.`;
  try {
    const found = await read(client, `${kind}s/${repo}`);
    if (found === undefined) return options.create ? [] : [await missing(client, options)];
    if (repository.safeParse(found).data?.disabled) return [disabled];
    return await branchProblems(client, options);
  } catch (error) {
    if (isDisabled(error)) return [disabled];
    throw error;
  }
}

async function missing(client: HubClient, { kind, repo }: HuggingfaceOptions): Promise<string> {
  for (const other of kinds) {
    if (other !== kind && (await read(client, `${other}s/${repo}`)) !== undefined)
      return `${repo} is a ${other}, not a ${kind}: set the target’s kind to ${other}.`;
  }
  return `There is no ${kind} ${repo}: make it, or let the target create it.`;
}

/** The Hub commits only to existing branches. */
async function branchProblems(
  client: HubClient,
  { kind, repo, branch }: HuggingfaceOptions,
): Promise<string[]> {
  const { data } = references.safeParse(await read(client, `${kind}s/${repo}/refs`));
  if (data === undefined || data.branches.some(({ name }) => name === branch)) return [];
  if (data.tags?.some(({ name }) => name === branch))
    return [`${branch} is a tag of ${repo}, which takes no commits: set the target’s branch to a branch.`];
  const there = data.branches.map(({ name }) => name).slice(0, 5);
  return [
    `${repo} has no branch ${branch}${there.length > 0 ? ` (it has ${there.join(', ')})` : ''}: correct the target’s branch, or make it.`,
  ];
}

function tokenProblems({ auth }: Who, { kind, repo }: HuggingfaceOptions): string[] {
  const problems: string[] = [];
  if (auth?.accessToken?.role === 'read') problems.push('The token may only read: make one that may write.');
  const given: unknown = auth?.accessToken && Reflect.get(auth.accessToken, 'fineGrained');
  const { data } = fineGrained.safeParse(given);
  if (data && !data.scoped.some(({ entity, permissions }) => covers(entity) && mayWrite(permissions)))
    problems.push(`The token may not write to ${repo}: give it “Write access to contents” there.`);
  return problems;

  /** An owner's covers all that belongs to them. */
  function covers({ type, name }: { type: string; name: string }): boolean {
    const [owner] = repo.split('/');
    return type === 'user' || type === 'org' ? same(name, owner) : type === kind && same(name, repo);
  }
}

/** A token made in the settings contains it (`expiration`); for one given to an application, the answer does. */
function endOf({ auth }: Who): { endsAtMs?: number } {
  const given: unknown = auth?.accessToken && Reflect.get(auth.accessToken, 'expiration');
  const ends = [given, auth?.expiresAt].map((at) => Date.parse(String(at ?? ''))).filter(Number.isFinite);
  return ends.length === 0 ? {} : { endsAtMs: Math.min(...ends) };
}

function mayWrite(permissions: readonly string[]): boolean {
  return permissions.includes('repo.write');
}

function ownerProblems(who: Who, { repo }: HuggingfaceOptions): string[] {
  const [owner = ''] = repo.split('/');
  if (same(owner, who.name)) return [];
  const organisations = who.type === 'user' ? who.orgs.map((org) => membership.safeParse(org).data) : [];
  const mine = organisations.find((org) => same(org?.name, owner));
  if (mine === undefined) return [`${who.name} does not belong to ${owner}: correct the target’s repo.`];
  if (mine.roleInOrg !== 'read') return [];
  return [`${who.name} may only read in ${owner}: ask there for the role “write”.`];
}

/** Undefined: it doesn't exist, or this token may not see it. */
async function read(client: HubClient, path: string): Promise<unknown> {
  try {
    const headers = { authorization: `Bearer ${client.accessToken}` };
    return (await answerJson(await client.fetch(`${client.hubUrl}/api/${path}`, { headers }))) ?? {};
  } catch (error) {
    // A missing repository is hidden from those who may not see it.
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function same(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && a.toLowerCase() === b?.toLowerCase();
}
