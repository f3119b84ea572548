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
import { lampOf } from '#publishing/host/lamp.ts';
import { CredentialEnds } from '#publishing/targets/credential-ends.ts';
import { checkBelievedMs } from '#publishing/targets/target-checks.ts';
import type { FakeField } from '../support/fake-target.ts';
import { type BenchInit, guildId, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const token: FakeField = { name: 'token', label: 'a token', help: 'x', required: true };
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const one = { guildId, target: 'one' };

async function bench({ tellsEnd = true, ...init }: Partial<BenchInit> & { tellsEnd?: boolean } = {}) {
  const target = new SpeakingTarget();
  const said: { problems: string[]; endsAtMs?: number; account?: string } = { problems: [], account: 'a' };
  const asked = { count: 0 };
  const held: { until?: (() => Promise<void>) | undefined } = {};
  const speaker = target.speaker('fake', { credentials: [token], ...(tellsEnd && { tellsEnd }) });
  const publisher = {
    ...speaker,
    verify: async () => {
      asked.count++;
      await held.until?.();
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
  return { ...made, target, said, asked, held, lamp, connect, findings, warnings };
}

async function connected(init: Partial<BenchInit> & { tellsEnd?: boolean } = {}) {
  const made = await bench(init);
  await made.act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'none' });
  await made.connect();
  return made;
}

describe('a lamp', () => {
  test('says one word for each state, and is ready only for what was asked and has all', () => {
    const good = { target: 'one', missing: [], check: { problems: [], atMs: 5 } };
    expect(lampOf(good)).toEqual({ state: 'ready', word: 'Ready', reasons: [], checkedAtMs: 5 });
    expect(lampOf({ target: 'one', missing: [] })).toEqual({
      ...{ state: 'not-checked', word: 'Not checked', reasons: [] },
    });
    expect(lampOf({ ...good, paused: 'held' })).toMatchObject({
      ...{ state: 'held', word: 'Held', reasons: ['held'] },
    });
    for (const [fault, state, word] of [
      [{ sealed: 'sealed' }, 'refused', 'Refused'],
      [{ misfit: 'old' }, 'refused', 'Refused'],
      [{ check: { problems: ['no branch'], atMs: 5 } }, 'refused', 'Refused'],
      [{ missing: ['a token'] }, 'needs', 'Needs a token'],
      [{ missing: ['a key', 'a secret', 'a name'] }, 'needs', 'Needs a key, a secret and a name'],
      [{ end: { isOver: true, text: 'It ended.', next: 'Do.' } }, 'needs', 'Needs another token'],
    ] as const)
      expect(lampOf({ ...good, ...fault, paused: 'held' }), JSON.stringify(fault)).toMatchObject({
        ...{ state, word },
        reasons: [expect.any(String), 'held'],
      });
    // What a platform says without a credential is no reason of its own.
    expect(
      lampOf({ ...good, missing: ['a token'], check: { problems: ['who?'], atMs: 5 } }).reasons,
    ).toHaveLength(1);
  });

  test('needs a token in the list, the doctor and the preview, and is ready once it is given', async () => {
    const made = await bench();
    await made.act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'none' });
    const reasons = ['It needs a token. A manager gives it with /publish connect target:one.'];
    expect(await made.lamp(true)).toMatchObject({ state: 'needs', word: 'Needs a token', reasons });
    expect((await made.findings()).get('publishing.target.one')).toMatchObject({
      level: 'problem',
      text: `The target “one”: Needs a token. ${reasons[0]}`,
    });
    expect(await made.warnings()).toEqual([`Nothing can leave for it now. ${reasons[0]}`]);
    await made.connect();
    expect(await made.lamp()).toMatchObject({ state: 'not-checked', reasons: [] });
    expect(await made.warnings()).toEqual([expect.stringMatching(/^Not checked: /)]);
    // Nobody asks: the look does, as soon as the credentials are there.
    await made.clock.advance(1);
    await expect.poll(() => made.lamp()).toMatchObject({ state: 'ready', reasons: [] });
    expect((await made.findings()).get('publishing.target.one')).toMatchObject({ level: 'ok' });
    expect(await made.warnings()).toEqual([]);
  });

  test('keeps what the platform said over a restart, until options or credentials change, or it is old', async () => {
    const first = await connected();
    const { said, clock, folder } = first;
    said.problems = ['There is no branch “main”: choose another one.'];
    await first.act(targetVerify, one);
    const checkedAtMs = clock.nowMs();
    const refused = { state: 'refused', word: 'Refused', reasons: said.problems, checkedAtMs };
    expect(await first.lamp()).toEqual(refused);
    expect(await first.warnings()).toEqual([`Nothing can leave for it now. ${said.problems[0]}`]);
    await first.stop();

    const again = await bench({ folder, clock });
    expect(await again.lamp()).toEqual(refused);
    await again.act(targetEdit, { ...one, options: { place: 'elsewhere' } });
    expect(await again.lamp()).toMatchObject({ state: 'not-checked' });
    await again.act(targetVerify, one);
    expect(await again.lamp()).toMatchObject({ state: 'ready' });
    await again.connect();
    expect(await again.lamp()).toMatchObject({ state: 'not-checked' });
    await again.act(targetVerify, one);
    clock.stepWall(checkBelievedMs);
    expect(await again.lamp()).toMatchObject({ state: 'not-checked' });
  });

  test('counts an answer for the options that the platform was asked with', async () => {
    const made = await connected();
    const { promise, resolve: answer } = Promise.withResolvers<void>();
    made.held.until = () => promise;
    const asking = made.act(targetVerify, one);
    await expect.poll(() => made.asked.count).toBeGreaterThan(0);
    await made.act(targetEdit, { ...one, options: { place: 'elsewhere' } });
    made.held.until = undefined;
    answer();
    await asking;
    expect(await made.lamp()).toMatchObject({ state: 'not-checked' });
  });

  test('is asked weekly without anybody, and once more after a failure', async () => {
    const { act, clock, asked, target, lamp, said } = await connected({ tellsEnd: false });
    await clock.advance(2 * 60_000);
    await expect.poll(() => asked.count).toBeGreaterThan(0);
    const before = asked.count;
    clock.stepWall(6 * dayMs);
    await clock.advance(hourMs);
    expect(asked.count).toBe(before);
    clock.stepWall(dayMs);
    await clock.advance(hourMs);
    await expect.poll(() => asked.count).toBe(before + 1);
    await clock.advance(2 * 60_000);
    expect(await lamp()).toMatchObject({ state: 'ready' });
    said.problems = ['It changed its mind.'];
    target.accidents.push('refused');
    await act(publishCreate, { guildId, content: { title: 'T' }, targets: ['one'] });
    await clock.advance(10_000);
    await expect.poll(() => lamp()).toMatchObject({ state: 'refused', reasons: said.problems });
  });

  test('is not ready while it is held', async () => {
    const { act, lamp, findings } = await connected();
    await act(targetPause, one);
    expect(await lamp(true)).toMatchObject({ state: 'held', reasons: ['Paused by Person 1.'] });
    expect((await findings()).get('publishing.target.one')).toMatchObject({ level: 'warning' });
    await act(targetResume, one);
    expect(await lamp(true)).toMatchObject({ state: 'ready' });
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
      state: 'refused',
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
    expect(await first.lamp(true)).toMatchObject({ state: 'ready', reasons: [], notice: soon });
    expect(await first.warnings()).toEqual([]);
    expect((await first.findings()).get('publishing.target.one')).toMatchObject({
      level: 'warning',
      fix: next,
    });
    expect(await first.act(targetVerify, one)).toMatchObject({ problems: [], remarks: [soon] });
    await first.stop();

    const again = await bench({ folder: first.folder, clock, cards: first.cards });
    Object.assign(again.said, { account: undefined, problems: ['Bad credentials.'] });
    expect(await again.lamp()).toMatchObject({ reasons: [], notice: soon });
    await clock.advance(2 * 60_000);
    expect(again.asked.count).toBe(0);
    clock.stepWall(8 * dayMs);
    await clock.advance(hourMs);
    expect(again.asked.count).toBe(1);
    const ended = `Its token ended on ${date}. ${next}`;
    expect(await again.lamp()).toMatchObject({ state: 'needs', reasons: expect.arrayContaining([ended]) });
    expect((await again.findings()).get('publishing.target.one')).toMatchObject({ level: 'problem' });
    expect(await again.warnings()).toContain(`Nothing can leave for it now. ${ended}`);
    expect((await again.told()).flatMap((each) => each.entries)).toHaveLength(1);
    await again.connect();
    expect(await again.lamp()).toMatchObject({ state: 'not-checked', reasons: [] });
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
    expect(await again.lamp()).toMatchObject({ reasons: [] });
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
    await clock.advance(2 * hourMs);
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
