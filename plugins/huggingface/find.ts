import type { AttemptContext, LookUp, Receipt, Step } from '#contracts/publisher.ts';
import { statusOf } from './classify.ts';
import { connect, type HubClient } from './client.ts';
import { library } from './library.ts';
import { type CommitPlan, planOf, type RepoPlan } from './plan.ts';

const commitsMax = 500;
/** Difference allowed between clocks. */
const skewMs = 5 * 60_000;

export async function find(context: AttemptContext, step: Step): Promise<LookUp> {
  const client = connect(context);
  if (step.kind === 'repository') return findRepository(client, planOf.repository(step));
  const plan = planOf.commit(step);
  const { landed, tooMany } = await lookAt(client, context, plan).catch((error: unknown): Seen => {
    if (statusOf(error) === 404) return {};
    throw error;
  });
  if (landed) return { state: 'found', receipt: landed };
  if (tooMany)
    return { state: 'cannot-tell', why: `${plan.branch} has more than ${commitsMax} commits since` };
  return { state: 'absent' };
}

export interface Seen {
  /** Head of the branch; absent when it has no commit. */
  head?: string;
  landed?: Receipt;
  tooMany?: boolean;
}

/** The branch's head, and our commit if its title is among those since the first attempt. */
export async function lookAt(client: HubClient, context: AttemptContext, plan: CommitPlan): Promise<Seen> {
  const { type, name, branch, marker } = plan;
  const sinceMs = context.firstAttemptAtMs - skewMs;
  const seen: Seen = {};
  let count = 0;
  for await (const { oid, title, date } of library().listCommits({
    ...client,
    repo: { type, name },
    revision: branch,
  })) {
    seen.head ??= oid;
    if (title.includes(marker)) {
      const url = `${addressOf(client, plan)}/commit/${oid}`;
      return { ...seen, landed: { remoteId: oid, url } };
    }
    if (date.getTime() < sinceMs) return seen;
    if (++count >= commitsMax) return { ...seen, tooMany: true };
  }
  return seen;
}

export function repositoryReceipt(client: HubClient, plan: RepoPlan): Receipt {
  return { remoteId: `${plan.type}:${plan.name}`, url: addressOf(client, plan) };
}

async function findRepository(client: HubClient, plan: RepoPlan): Promise<LookUp> {
  const address = `${client.hubUrl}/api/${plan.type}s/${plan.name}`;
  try {
    const response = await client.fetch(address, {
      headers: { authorization: `Bearer ${client.accessToken}` },
    });
    await response.body?.cancel();
    return { state: 'found', receipt: repositoryReceipt(client, plan) };
  } catch (error) {
    // The Hub also answers 401 or 404 for what the account may not see; making it is refused then.
    if (statusOf(error) === 404) return { state: 'absent' };
    throw error;
  }
}

function addressOf({ hubUrl }: HubClient, { type, name }: RepoPlan): string {
  return `${hubUrl}/${type === 'model' ? '' : `${type}s/`}${name}`;
}
