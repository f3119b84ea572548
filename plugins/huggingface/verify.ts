import type { PublisherContext, Verification } from '#contracts/publisher.ts';
import { classify, statusOf } from './classify.ts';
import { connect, type HubClient } from './client.ts';
import { library } from './library.ts';
import type { HuggingfaceOptions } from './options.ts';

/** Only GETs, so that it works in a dry run too. */
export async function verify(context: PublisherContext, options: HuggingfaceOptions): Promise<Verification> {
  try {
    const client = connect(context);
    const who = await library().whoAmI(client);
    const problems = await repositoryProblems(client, options);
    const role = who.auth?.accessToken?.role;
    if (role === 'read') problems.push('The token may only read: make one that may write.');
    const [owner = ''] = options.repo.toLowerCase().split('/');
    const organisations = who.type === 'user' ? who.orgs.map(({ name }) => name?.toLowerCase()) : [];
    if (owner !== who.name.toLowerCase() && !organisations.includes(owner)) {
      problems.push(
        `${who.name} does not belong to ${options.repo.split('/')[0]}: correct the target’s repo.`,
      );
    }
    return { account: who.name, problems };
  } catch (error) {
    return { problems: [`${classify(error).reason}.`] };
  }
}

async function repositoryProblems(client: HubClient, options: HuggingfaceOptions): Promise<string[]> {
  const address = `${client.hubUrl}/api/${options.kind}s/${options.repo}`;
  try {
    const headers = { authorization: `Bearer ${client.accessToken}` };
    await (await client.fetch(address, { headers })).body?.cancel();
    return [];
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    if (options.create) return [];
    return [`There is no ${options.kind} ${options.repo}: make it, or let the target create it.`];
  }
}
