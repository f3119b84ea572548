import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { publishCreate } from '#contracts/actions/publish.ts';
import { publishConnect, targetAdd, targetList } from '#contracts/actions/targets.ts';
import { Secret } from '#core/secret.ts';
import type { FakeField } from '../support/fake-target.ts';
import {
  type Bench,
  type BenchInit,
  guildId,
  otherGuildId,
  person,
  publishingBench,
} from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const token: FakeField = { name: 'apiToken', help: 'From the settings.', required: true };
const value = 'canary-api-token-93475';
const keyOf = (digit: string) => new Secret(digit.repeat(64));

async function bench(init: Partial<BenchInit> = {}) {
  const target = new SpeakingTarget();
  const used: (string | undefined)[] = [];
  // A target is asked by the hub, too.
  target.uses = async (context) => {
    if ('attempt' in context) used.push(context.credential('apiToken'));
  };
  const made = await publishingBench({
    publishers: [target.speaker('fake', { credentials: [token] })],
    ...init,
  });
  return { ...made, target, used };
}

async function connect(
  { act, publishing }: Bench,
  values: Record<string, string>,
  actor = person('1', 'manager'),
) {
  const { link } = await act(publishConnect, { guildId: actor.guildId, target: 'one' }, actor);
  const secret = link?.url.split('#')[1] ?? '';
  await publishing.connections.redeem(secret, values);
  return secret;
}

async function connected(init: Partial<BenchInit> = {}) {
  const made = await bench(init);
  await made.act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'none' });
  await connect(made, { apiToken: value });
  return made;
}

async function publish({ act, clock }: Bench): Promise<void> {
  await act(publishCreate, { guildId, content: { title: 'T' }, targets: ['one'] });
  await clock.advance(2_000);
}

function bytesOnDisk(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

describe('credentials', () => {
  test('reach the publisher, and stand nowhere on the disk in clear', async () => {
    const made = await connected();
    await publish(made);
    expect(made.used).toEqual([value]);
    const disk = bytesOnDisk(made.folder);
    for (const encoding of ['utf8', 'base64', 'hex'] as const)
      expect(disk.includes(Buffer.from(value).toString(encoding))).toBe(false);
    expect(statSync(join(made.folder, 'vault.key')).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(await made.act(targetList, { guildId }))).not.toContain(value);
  });

  test('survive a restart', async () => {
    const first = await connected();
    await first.stop();
    const again = await bench({ folder: first.folder });
    await publish(again);
    expect(again.used).toEqual([value]);
    expect(again.scrubber.scrub(`x ${value} y`)).toBe('x [secret] y');
  });

  test('don’t open as another record: swapped rows are noticed and held', async () => {
    const made = await connected();
    const { db, target } = made;
    await db.updateTable('credential').set({ version: 7 }).execute();
    await publish(made);
    expect(made.used).toEqual([]);
    expect(target.effects).toEqual([]);
    const { targets } = await made.act(targetList, { guildId });
    expect(targets[0]?.paused?.detail).toContain('changed behind the hub’s back');
  });

  test('are missed before anything leaves, and the target goes on once it is connected', async () => {
    const made = await bench();
    await made.act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'none' });
    await publish(made);
    expect(made.target.effects).toEqual([]);
    expect((await made.told()).flatMap(({ entries }) => entries)).toMatchObject([
      { kind: 'hold', waits: true, text: expect.stringContaining('has no apiToken yet') },
    ]);
    await connect(made, { apiToken: value });
    await made.clock.advance(5_000);
    expect(made.target.effects).toHaveLength(1);
  });
});

describe('the environment', () => {
  test('names a credential by target where the hub serves one guild', async () => {
    const environment = { GUILDMESH_SECRET_MY_BLOG_API_TOKEN: value };
    const made = await bench({ environment });
    await made.act(targetAdd, { guildId, name: 'my-blog', publisher: 'fake', policy: 'none' });
    const { credentials } = await made.act(publishConnect, { guildId, target: 'my-blog' });
    expect(credentials).toMatchObject([
      { environmentName: 'GUILDMESH_SECRET_MY_BLOG_API_TOKEN', present: true },
    ]);
    await made.act(publishCreate, { guildId, content: { title: 'T' }, targets: ['my-blog'] });
    await made.clock.advance(2_000);
    expect(made.used).toEqual([value]);
  });

  test.each([[[]], [[guildId, otherGuildId]]])(
    'gives no guild another one’s secret by the name of a target (%j)',
    async (guildIds) => {
      const environment = {
        GUILDMESH_SECRET_BLOG_API_TOKEN: 'of nobody in particular',
        [`GUILDMESH_SECRET_${guildId}_BLOG_API_TOKEN`]: value,
      };
      const made = await bench({ environment, guildIds });
      const stranger = person('9', 'manager', otherGuildId);
      for (const actor of [person('1', 'manager'), stranger])
        await made.act(targetAdd, { guildId: actor.guildId, name: 'blog', publisher: 'fake' }, actor);
      const shown = async (actor: typeof stranger) =>
        (await made.act(publishConnect, { guildId: actor.guildId, target: 'blog' }, actor)).credentials;
      expect(await shown(person('1', 'manager'))).toMatchObject([{ present: true }]);
      expect(await shown(stranger)).toMatchObject([{ present: false }]);
    },
  );
});

describe('a sealed vault', () => {
  test('keeps the hub running, holds what needs it, says how to open it, and goes on once it is open', async () => {
    const first = await connected();
    const local = new Date(first.clock.nowMs() + 60_000).toISOString().slice(0, 16);
    const at = { local, zone: 'UTC' };
    await first.act(publishCreate, { guildId, content: { title: 'T' }, targets: ['one'], at });
    await first.stop();
    const keyFile = join(first.folder, 'vault.key');
    const key = readFileSync(keyFile);
    rmSync(keyFile);
    const sealed = await bench({ folder: first.folder, clock: first.clock });
    // What is new could not be sealed.
    await expect(publish(sealed)).rejects.toMatchObject({ code: 'PUBLISH_VAULT_SEALED' });
    await sealed.clock.advance(62_000);
    expect(sealed.used).toEqual([]);
    expect(JSON.stringify(await sealed.told())).toContain('GUILDMESH');
    const { link } = await sealed.act(publishConnect, { guildId, target: 'one' });
    await expect(
      sealed.publishing.connections.redeem(link?.url.split('#')[1] ?? '', { apiToken: 'x'.repeat(20) }),
    ).rejects.toMatchObject({
      code: 'PUBLISH_VAULT_SEALED',
      next: expect.stringContaining('GUILDMESH_VAULT_KEY'),
    });
    // A new key would lock what is stored away for ever.
    expect(existsSync(keyFile)).toBe(false);
    await sealed.stop();

    writeFileSync(keyFile, key, { mode: 0o600 });
    const open = await bench({ folder: first.folder, clock: first.clock });
    await open.clock.advance(2_000);
    expect(open.used).toEqual([value]);
    expect(open.target.effects).toHaveLength(1);
  });

  test.each([
    ['another key', (file: string) => writeFileSync(file, '0'.repeat(64))],
    ['no key at all', (file: string) => writeFileSync(file, 'hello')],
    ['a key that others can read', (file: string) => chmodSync(file, 0o644)],
  ])('stays sealed with %s', async (_, spoil) => {
    const first = await connected();
    await first.stop();
    spoil(join(first.folder, 'vault.key'));
    const sealed = await bench({ folder: first.folder });
    await expect(publish(sealed)).rejects.toMatchObject({ code: 'PUBLISH_VAULT_SEALED' });
    expect(sealed.used).toEqual([]);
  });
});

describe('a new key', () => {
  test('takes over from the file, then from the key before; the old ones open nothing any more', async () => {
    const first = await connected();
    const before = await first.db.selectFrom('credential').select('sealed').executeTakeFirst();
    await first.stop();
    const { folder } = first;
    const second = await bench({ folder, vault: { key: keyOf('a') } });
    await publish(second);
    expect(second.used).toEqual([value]);
    const after = await second.db.selectFrom('credential').select('sealed').executeTakeFirst();
    expect(after?.sealed).not.toBe(before?.sealed);
    await second.stop();

    const third = await bench({ folder, vault: { key: keyOf('b'), previousKey: keyOf('a') } });
    await publish(third);
    expect(third.used).toEqual([value]);
    await third.stop();
    for (const vault of [{}, { key: keyOf('a') }]) {
      const old = await bench({ folder, vault });
      await expect(publish(old)).rejects.toMatchObject({ code: 'PUBLISH_VAULT_SEALED' });
      expect(old.used).toEqual([]);
      await old.stop();
    }
  });
});

describe('a link', () => {
  test('is worth nothing once its guild is served no longer, and what it was for is not kept', async () => {
    const made = await bench();
    await made.act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'none' });
    const { link } = await made.act(publishConnect, { guildId, target: 'one' });
    const secret = link?.url.split('#')[1] ?? '';
    const { connections } = made.publishing;
    made.standings.set(guildId, 'foreign');
    const invalid = { code: 'PUBLISH_LINK_INVALID' };
    await expect(connections.describe(secret)).rejects.toMatchObject(invalid);
    await expect(connections.redeem(secret, { apiToken: 'x'.repeat(20) })).rejects.toMatchObject(invalid);
    expect(await made.db.selectFrom('credential').selectAll().execute()).toEqual([]);
    made.standings.set(guildId, 'home');
    await connections.redeem(secret, { apiToken: 'x'.repeat(20) });
  });

  test('opens once', async () => {
    const made = await connected();
    const used = await connect(made, { apiToken: 'another-value-123' });
    await expect(
      made.publishing.connections.redeem(used, { apiToken: 'x'.repeat(12) }),
    ).rejects.toMatchObject({
      code: 'PUBLISH_LINK_INVALID',
    });
    await publish(made);
    expect(made.used).toEqual(['another-value-123']);
  });

  test('opens once when it is used twice at the same moment', async () => {
    const made = await connected();
    const { link } = await made.act(publishConnect, { guildId, target: 'one' });
    const secret = link?.url.split('#')[1] ?? '';
    const tries = await Promise.allSettled(
      ['first-value-1', 'second-value-2'].map((apiToken) =>
        made.publishing.connections.redeem(secret, { apiToken }),
      ),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('expires, is replaced by a newer one, and stands nowhere on the disk', async () => {
    const made = await connected();
    const make = async () =>
      (await made.act(publishConnect, { guildId, target: 'one' })).link?.url.split('#')[1] ?? '';
    const older = await make();
    const newer = await make();
    await expect(made.publishing.connections.describe(older)).rejects.toMatchObject({
      code: 'PUBLISH_LINK_INVALID',
    });
    expect(await made.publishing.connections.describe(newer)).toMatchObject({
      target: 'one',
      fields: [{ name: 'apiToken' }],
    });
    expect(Buffer.from(newer, 'base64url')).toHaveLength(32);
    expect(bytesOnDisk(made.folder)).not.toContain(newer);
    await made.clock.advance(10 * 60_000 + 1);
    await expect(made.publishing.connections.describe(newer)).rejects.toMatchObject({
      code: 'PUBLISH_LINK_INVALID',
    });
  });

  test('stays usable after a mistake, which is described in full and without the value', async () => {
    const made = await connected();
    const { link } = await made.act(publishConnect, { guildId, target: 'one' });
    const secret = link?.url.split('#')[1] ?? '';
    const wrong = { aipToken: 'secret-in-the-wrong-field', apiToken: 'x'.repeat(20_000) };
    const error = await made.publishing.connections.redeem(secret, wrong).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'PUBLISH_CREDENTIAL_INVALID' });
    expect(JSON.stringify(error)).not.toContain('secret-in-the-wrong-field');
    await made.publishing.connections.redeem(secret, { apiToken: 'the-right-one' });
  });
});
