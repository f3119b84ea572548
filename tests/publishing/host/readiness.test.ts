import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { publishCreate, publishPreview } from '#contracts/actions/publish.ts';
import {
  publishConnect,
  targetAdd,
  targetEdit,
  targetList,
  targetPause,
  targetResume,
  targetVerify,
} from '#contracts/actions/targets.ts';
import { Secret } from '#core/secret.ts';
import { believedMs, lampOf } from '#publishing/host/readiness.ts';
import { CredentialEnds } from '#publishing/targets/credential-ends.ts';
import type { FakeField } from '../support/fake-target.ts';
import { type BenchInit, guildId, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const token: FakeField = { name: 'token', help: 'x', required: true };
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const one = { guildId, target: 'one' };

async function bench(init: Partial<BenchInit> = {}) {
  const target = new SpeakingTarget();
  const said: { problems: string[]; endsAtMs?: number; account?: string } = { problems: [], account: 'a' };
  const asked = { count: 0 };
  const speaker = target.speaker('fake', { credentials: [token], tellsEnd: true });
  const publisher = {
    ...speaker,
    verify: async () => {
      asked.count++;
      return said;
    },
  };
  const made = await publishingBench({ publishers: [publisher], ...init });
  const lamp = async (ask = false) => {
    const { targets } = await made.act(targetList, { guildId, ask });
    return targets[0]?.lamp;
  };
  const connect = async () => {
    const { link } = await made.act(publishConnect, one);
    await made.publishing.connections.redeem(link?.url.split('#')[1] ?? '', { token: 'a-token-of-it' });
  };
  const findings = async () =>
    new Map(
      (await made.publishing.examiner.examine({ guildId }, AbortSignal.timeout(5_000))).map((each) => [
        each.id,
        each,
      ]),
    );
  const warnings = async () => {
    const { targets } = await made.act(publishPreview, {
      guildId,
      content: { title: 'T' },
      targets: ['one'],
    });
    return targets[0]?.warnings;
  };
  return { ...made, target, said, asked, lamp, connect, findings, warnings };
}

async function connected(init: Partial<BenchInit> = {}) {
  const made = await bench(init);
  await made.act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'none' });
  await made.connect();
  return made;
}

describe('a lamp', () => {
  test('is green only for what was asked and has all', () => {
    const good = { target: 'one', missing: [], problems: [] };
    expect(lampOf(good).colour).toBe('green');
    expect(lampOf({ target: 'one', missing: [] }).colour).toBe('grey');
    expect(lampOf({ ...good, paused: 'held' })).toEqual({ colour: 'yellow', reasons: ['held'] });
    for (const fault of [
      { sealed: 'sealed' },
      { misfit: 'old' },
      { missing: ['token'] },
      { problems: ['no branch'] },
    ])
      expect(lampOf({ ...good, ...fault, paused: 'held' }), JSON.stringify(fault)).toMatchObject({
        colour: 'red',
        reasons: [expect.any(String), 'held'],
      });
  });

  test('is red without a token in the list, the doctor and the preview, and green once it is given', async () => {
    const made = await bench();
    await made.act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'none' });
    const reasons = ['Missing: token. A manager gives it with /publish connect target:one.'];
    expect(await made.lamp(true)).toEqual({ colour: 'red', reasons });
    expect((await made.findings()).get('publishing.target.one')).toMatchObject({ level: 'problem' });
    expect(await made.warnings()).toEqual([`Nothing can leave for it now. ${reasons[0]}`]);
    await made.connect();
    expect(await made.lamp()).toEqual({ colour: 'grey', reasons: [] });
    expect(await made.lamp(true)).toEqual({ colour: 'green', reasons: [] });
    expect((await made.findings()).get('publishing.target.one')).toMatchObject({ level: 'ok' });
    expect(await made.warnings()).toEqual([]);
  });

  test('says what the platform said, for an hour, or until its options change', async () => {
    const { act, lamp, said, clock, warnings } = await connected();
    said.problems = ['There is no branch “main”: choose another one.'];
    await act(targetVerify, one);
    expect(await lamp()).toEqual({ colour: 'red', reasons: said.problems });
    expect(await warnings()).toEqual([`Nothing can leave for it now. ${said.problems[0]}`]);
    await act(targetEdit, { ...one, options: { place: 'elsewhere' } });
    expect(await lamp()).toMatchObject({ colour: 'grey' });
    await act(targetVerify, one);
    await clock.advance(believedMs);
    expect(await lamp()).toMatchObject({ colour: 'grey' });
  });

  test('is not green while it is held', async () => {
    const { act, lamp, findings } = await connected();
    await act(targetPause, one);
    expect(await lamp(true)).toEqual({ colour: 'yellow', reasons: ['Paused by Person 1.'] });
    expect((await findings()).get('publishing.target.one')).toMatchObject({ level: 'warning' });
    await act(targetResume, one);
    expect(await lamp(true)).toMatchObject({ colour: 'green' });
  });

  test('is red with a wrong vault key, which the doctor names and the server is notified of', async () => {
    const first = await connected();
    await first.stop();
    const keyFile = join(first.folder, 'vault.key');
    const key = readFileSync(keyFile, 'utf8');
    rmSync(keyFile);
    writeFileSync(keyFile, `${'0'.repeat(key.trim().length)}\n`, { mode: 0o600 });
    const sealed = await bench({ folder: first.folder, clock: first.clock });
    expect(await sealed.lamp(true)).toMatchObject({
      colour: 'red',
      reasons: [
        expect.stringContaining('Stored credentials can’t be opened'),
        ...[expect.any(String)].slice(1),
      ],
    });
    const vault = (await sealed.findings()).get('publishing.vault');
    expect(vault).toMatchObject({ level: 'problem', fix: expect.any(String) });
    expect(vault?.plain).not.toContain(first.folder);
    await sealed.clock.advance(60_000);
    expect(await sealed.told()).toMatchObject([{ entries: [{ kind: 'vault' }] }]);
    expect(JSON.stringify(await sealed.told())).not.toContain('vault.key');
    // The day's turn to ask when its credential ends isn't lost meanwhile.
    expect(await sealed.db.selectFrom('credential_end').selectAll().execute()).toEqual([]);
  });
});

describe('a credential that ends', () => {
  test('is reported once, over restarts, before and when it does, and is well again with another', async () => {
    const first = await connected();
    const { clock } = first;
    const endsAtMs = clock.nowMs() + 10 * dayMs;
    first.said.endsAtMs = endsAtMs;
    await clock.advance(2 * 60_000);
    expect(first.asked.count).toBe(1);
    expect(await first.told()).toEqual([]);
    expect(await first.lamp()).toMatchObject({ reasons: [] });
    clock.stepWall(4 * dayMs);
    await clock.advance(hourMs);
    expect(first.asked.count).toBe(2);
    const date = new Date(endsAtMs).toISOString().slice(0, 10);
    const next = 'A manager gives another with /publish connect target:one.';
    const soon = `Its token ends on ${date}. ${next}`;
    const entries = [
      { kind: 'token', target: 'one', text: `The target “one” soon needs another token. ${soon}` },
    ];
    expect((await first.told()).map((each) => each.entries)).toMatchObject([entries]);
    expect(await first.lamp(true)).toEqual({ colour: 'green', reasons: [], notice: soon });
    expect(await first.warnings()).toEqual([]);
    expect((await first.findings()).get('publishing.target.one')).toMatchObject({
      level: 'warning',
      fix: next,
    });
    expect(await first.act(targetVerify, one)).toMatchObject({ problems: [], remarks: [soon] });
    await first.stop();

    const again = await bench({ folder: first.folder, clock, cards: first.cards });
    Object.assign(again.said, { account: undefined, problems: ['Bad credentials.'] });
    expect(await again.lamp()).toEqual({ colour: 'grey', reasons: [], notice: soon });
    await clock.advance(2 * 60_000);
    expect(again.asked.count).toBe(0);
    clock.stepWall(8 * dayMs);
    await clock.advance(hourMs);
    expect(again.asked.count).toBe(1);
    const ended = `Its token ended on ${date}. ${next}`;
    expect(await again.lamp()).toMatchObject({ colour: 'red', reasons: expect.arrayContaining([ended]) });
    expect((await again.findings()).get('publishing.target.one')).toMatchObject({ level: 'problem' });
    expect(await again.warnings()).toContain(`Nothing can leave for it now. ${ended}`);
    expect((await again.told()).flatMap((each) => each.entries)).toHaveLength(1);
    await again.connect();
    expect(await again.lamp()).toEqual({ colour: 'grey', reasons: [] });
  });

  test('of the environment counts until the hub restarts, and is the host’s to replace', async () => {
    const environment = { GUILDMESH_SECRET_ONE_TOKEN: 'a-token-of-the-host' };
    const first = await bench({ environment });
    await first.act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'none' });
    first.said.endsAtMs = first.clock.nowMs() - 1;
    await first.act(targetVerify, one);
    expect((await first.lamp())?.reasons).toEqual([
      expect.stringMatching(
        /^Its token ended on .* Whoever hosts the bot replaces it in the variable that .*connect target:one\.$/,
      ),
    ]);
    await first.stop();
    await first.clock.advance(1);
    const again = await bench({ environment, folder: first.folder, clock: first.clock });
    expect(await again.lamp()).toEqual({ colour: 'grey', reasons: [] });
  });

  test('is asked for in served servers alone, once a day among all processes', async () => {
    const made = await connected();
    made.standings.set(guildId, 'foreign');
    await made.clock.advance(2 * 60_000);
    expect(made.asked.count).toBe(0);
    const ends = new CredentialEnds(made);
    expect(await Promise.all([ends.claim('t'), ends.claim('t')])).toEqual([true, false]);
    made.clock.stepWall(dayMs);
    expect(await ends.claim('t')).toBe(true);
  });
});

describe('the doctor', () => {
  test('counts what needs a person, and names where alerts go', async () => {
    const { act, target, clock, findings } = await connected();
    target.accidents.push('refused');
    await act(publishCreate, { guildId, content: { title: 'T' }, targets: ['one'] });
    await clock.advance(5_000);
    const found = await findings();
    expect(found.get('publishing.deliveries')).toMatchObject({
      level: 'warning',
      text: 'A delivery needs a person.',
      fix: 'Type /deliveries list only:needs-person, and choose for each.',
    });
    expect(found.get('publishing.alerts')).toMatchObject({ level: 'ok' });
    expect(found.get('publishing.disk')).toMatchObject({ level: 'ok' });
  });

  test('and an alert name a token that ends within a week', async () => {
    const { db, clock, findings, told } = await connected();
    const row = {
      secret_hash: 'h',
      created_by: 'guild-member:1:2',
      created_at_ms: 1,
      last_used_at_ms: null,
      orphaned_at_ms: null,
    };
    for (const [id, days] of [
      ['soon', 3],
      ['later', 30],
    ] as const)
      await db
        .insertInto('api_token')
        .values({ ...row, id, guild_id: guildId, name: id, expires_at_ms: clock.nowMs() + days * 86_400_000 })
        .execute();
    expect((await findings()).get('publishing.token.soon')).toMatchObject({ level: 'warning' });
    expect((await findings()).has('publishing.token.later')).toBe(false);
    await clock.advance(2 * believedMs);
    expect((await told()).flatMap(({ entries }) => entries)).toMatchObject([
      { kind: 'token', text: expect.stringContaining('“soon”') },
    ]);
  });
});

test('who publishes by the hub’s own token needs nobody to enter one', async () => {
  const own = new SpeakingTarget().speaker('own', { credentials: [token] });
  const other = new SpeakingTarget().speaker('other', { credentials: [token] });
  const { act } = await publishingBench({
    publishers: [{ ...own, hubsOwn: { address: 'apiUrl', credential: 'token' } }, other],
    token: new Secret('the-token-of-the-hub'),
  });
  for (const publisher of ['own', 'other'])
    await act(targetAdd, { guildId, name: publisher, publisher, policy: 'none' });
  const { targets } = await act(targetList, { guildId });
  const present = targets.map(({ name, credentials }) => [name, credentials.map((each) => each.present)]);
  expect(Object.fromEntries(present)).toEqual({ own: [true], other: [false] });
});
