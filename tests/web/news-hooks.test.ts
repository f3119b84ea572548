import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { chainAdd, chainRemove, chainShow } from '#contracts/actions/chains.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { github } from '#plugins/github/index.ts';
import { openRunsPerChainMax } from '#publishing/chains/chain-store.ts';
import { hookDeliveriesKeptMax } from '#publishing/news/hook-store.ts';
import { hookBytesMax } from '#web/news-hooks.ts';
import { githubBench } from '../publishing/support/github-bench.ts';
import { guildId } from '../publishing/support/publishing-bench.ts';
import { SpeakingTarget } from '../publishing/support/speaking-target.ts';
import { ask, openDoor } from './support.ts';

const release = { id: 7, tag_name: 'v1.2.0', name: 'One two', body: 'Notes', draft: false };
const published = { action: 'published', release, repository: { full_name: 'North/site' } };

/** The door over the whole publication service, and a chain whose webhook it is. */
async function hooked(more: { prereleases?: 'skip' } = {}) {
  const chat = new SpeakingTarget();
  const bench = await githubBench({ publishers: [github, chat.speaker('chat')] });
  const { act, clock, publishing } = bench;
  await act(targetAdd, { guildId, name: 'chat', publisher: 'chat', policy: 'none' });
  const { id, hook } = await act(chainAdd, {
    ...{ guildId, name: 'out', links: [{ targets: ['chat'] }] },
    trigger: { kind: 'release', repository: 'north/site', tag: 'v*', ...more },
  });
  const { port } = await openDoor({}, { newsHooks: publishing.newsHooks });
  const secret = hook?.secret ?? '';
  let count = 0;
  async function tell(said: object | string, over: Record<string, string> = {}, chain = id) {
    const body = typeof said === 'string' ? said : JSON.stringify(said);
    const answer = await ask(port, `/api/v1/hooks/${chain}`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'release',
        'x-github-delivery': `delivery-${count++}`,
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
        ...over,
      },
    });
    const { state, error } = JSON.parse(answer.text);
    return [answer.status, state ?? error.code];
  }
  const runs = async () => {
    await clock.advance(5_000);
    return (await act(chainShow, { guildId, chain: 'out' })).runs;
  };
  return { ...bench, chat, id, hook, secret, tell, runs };
}

describe('a webhook', () => {
  test('starts its chain with a release, once, also beside the reads', async () => {
    const { tell, runs, hook, id, fake, clock } = await hooked();
    expect(hook?.url).toBe(`https://hub.example/api/v1/hooks/${id}`);
    expect(await tell({ zen: 'x' }, { 'x-github-event': 'ping' })).toEqual([200, 'ignored']);
    expect(await tell({ ...published, action: 'edited' })).toEqual([200, 'ignored']);
    expect(await tell(published)).toEqual([202, 'started']);
    expect(await runs()).toMatchObject([{ label: 'One two' }]);
    // With an id of its own, which isn't signed.
    await tell(published);
    fake.repository.releases.unshift({ id: 7, tag: 'v1.2.0', body: '', draft: false, assets: [] });
    for (let minutes = 0; minutes < 12; minutes++) {
      await clock.advance(60_000);
      await new Promise((go) => setTimeout(go, 15));
    }
    expect(await runs()).toHaveLength(1);
  });

  test('tells of a pre-release at once, or of its becoming a release, and of no draft', async () => {
    const early = { ...published, release: { ...release, prerelease: true } };
    const draft = { ...published, release: { ...release, draft: true } };
    const promoted = { ...published, action: 'released' };
    const all = await hooked();
    expect(await all.tell(draft)).toEqual([200, 'ignored']);
    expect(await all.tell(early)).toEqual([202, 'started']);
    await all.tell(promoted);
    expect(await all.runs()).toHaveLength(1);
    const final = await hooked({ prereleases: 'skip' });
    expect(await final.tell(early)).toEqual([200, 'ignored']);
    expect(await final.tell(promoted)).toEqual([202, 'started']);
    expect(await final.tell(published)).toEqual([202, 'started']);
    expect(await final.runs()).toHaveLength(1);
  });

  test('may send a form, as GitHub does by default', async () => {
    const { tell } = await hooked();
    const form = new URLSearchParams({ payload: JSON.stringify(published) }).toString();
    expect(await tell(form, { 'content-type': 'application/x-www-form-urlencoded' })).toEqual([
      202,
      'started',
    ]);
  });

  test.each([
    ['without a signature', { 'x-hub-signature-256': '' }],
    ['with one of another secret', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }],
    ['with a short one', { 'x-hub-signature-256': 'sha256=00' }],
  ])('is refused %s', async (_, headers) => {
    const { tell, runs } = await hooked();
    expect(await tell(published, headers)).toEqual([401, 'NEWS_HOOK_SIGNATURE']);
    expect(await runs()).toEqual([]);
  });

  test('is refused where it comes again; what is remembered has an end', async () => {
    const { tell, db, runs } = await hooked();
    const again = { 'x-github-delivery': 'same' };
    expect(await tell(published, again)).toEqual([202, 'started']);
    expect(await tell(published, again)).toEqual([409, 'NEWS_HOOK_REPLAYED']);
    expect(await runs()).toHaveLength(1);
    const rows = Array.from({ length: hookDeliveriesKeptMax }, (_, index) => ({
      ...{ chain_id: 'x', delivery_id: `d${index}`, at_ms: index },
    }));
    const [chain] = await db.selectFrom('chain').select('id').execute();
    for (const row of rows)
      await db
        .insertInto('hook_delivery')
        .values({ ...row, chain_id: chain?.id ?? '' })
        .execute();
    await tell({ zen: 'x' }, { 'x-github-event': 'ping' });
    expect(await db.selectFrom('hook_delivery').select('delivery_id').execute()).toHaveLength(
      hookDeliveriesKeptMax,
    );
  });

  test('may come again where it could not be taken', async () => {
    const { tell, db, id } = await hooked();
    const again = { 'x-github-delivery': 'same' };
    const run = {
      ...{ chain_id: id, guild_id: guildId, label: 'x', description: '', artifacts: '[]', link: 0 },
      ...{ state: 'stopped' as const, publications: '[]', receipts: '{}', reason: null, facts: '{}' },
    };
    for (let count = 0; count < openRunsPerChainMax; count++)
      await db
        .insertInto('chain_run')
        .values({ ...run, id: `r${count}`, cause: `c${count}`, started_at_ms: 1, updated_at_ms: 1 })
        .execute();
    expect(await tell(published, again)).toEqual([503, 'PUBLISH_CHAIN_STUCK']);
    await db.deleteFrom('chain_run').execute();
    expect(await tell(published, again)).toEqual([202, 'started']);
  });

  test('names what is wrong with it, and counts for nothing then', async () => {
    const { tell, standings, runs, act } = await hooked();
    const other = { ...published, repository: { full_name: 'south/site' } };
    expect(await tell(other)).toEqual([422, 'NEWS_HOOK_UNREADABLE']);
    expect(await tell('{"action":')).toEqual([422, 'NEWS_HOOK_UNREADABLE']);
    expect(await tell(published, { 'x-github-delivery': '' })).toEqual([422, 'NEWS_HOOK_UNREADABLE']);
    expect(await tell(published, {}, 'nothing')).toEqual([404, 'NEWS_HOOK_UNKNOWN']);
    expect(await tell('x'.repeat(hookBytesMax + 1))).toEqual([413, 'WEB_BODY_TOO_LARGE']);
    standings.set(guildId, 'foreign');
    expect(await tell(published)).toEqual([503, 'NEWS_HOOK_HELD']);
    standings.set(guildId, 'home');
    expect(await runs()).toEqual([]);
    await act(chainRemove, { guildId, chain: 'out' });
    expect(await tell(published)).toEqual([404, 'NEWS_HOOK_UNKNOWN']);
  });

  test('has a secret that is nowhere in the database as it is, and is shown once', async () => {
    const { db, secret, act } = await hooked();
    expect(secret).toHaveLength(43);
    const rows = [
      ...(await db.selectFrom('credential').selectAll().execute()),
      ...(await db.selectFrom('audit').selectAll().execute()),
      ...(await db.selectFrom('action_key').selectAll().execute()),
    ];
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(await act(chainShow, { guildId, chain: 'out' }))).not.toContain(secret);
  });
});
