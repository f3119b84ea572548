import type { Answer } from '@guildmesh/local-discord/contract';
import type { APIMessage } from 'discord-api-types/v10';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { publishCreate, publishEdit } from '#contracts/actions/publish.ts';
import { formAgain } from '#discord/interactions/command-runner.ts';
import { seen } from './support/answers.ts';
import { customIdsOf, walk } from './support/components.ts';
import { Door } from './support/door.ts';
import { channels, type Person } from './support/seed.ts';

let door: Door;
beforeAll(async () => {
  door = await Door.open();
});
afterAll(() => door.close());
beforeEach(() => {
  door.clock.skip(60_000);
  door.services.runs.length = 0;
});

const post = '/publish post title:"Version 1" targets:"news, site" body:"It is out."';

async function click(person: Person, message: APIMessage, name: string): Promise<Answer> {
  return door.as(person).click(message.id, customIdsOf(message)[name]!);
}

/** The newest message that everyone sees: a panel. */
function panel(): APIMessage {
  return door.playground.world.messages(channels.general).at(-1)!;
}

function textOf(message: APIMessage): string {
  return walk(message.components ?? [])
    .flatMap((part) => ('content' in part ? [String(part.content)] : []))
    .join('\n');
}

async function published(typed = post): Promise<APIMessage> {
  const preview = await seen(await door.as('publisher').run(typed));
  const before = door.playground.world.messages(channels.general).length;
  await seen(await click('publisher', preview.message, 'send'));
  await expect.poll(() => door.playground.world.messages(channels.general).length).toBe(before + 1);
  return panel();
}

test('a publication is edited from its panel: a form filled with it, a preview, and Save', async () => {
  const made = await published(`${post} at:"2026-12-24 18:00" zone:Europe/Berlin`);
  const form = await click('publisher', made, 'change');
  const fields = [...JSON.stringify(form.modal).matchAll(/"value":"([^"]*)"/g)].map(([, value]) => value);
  const at = '2026-09-22 14:13:20 UTC';
  expect(form.modal?.title).toBe('Edit what has not left');
  expect(fields).toEqual(['Version 1', 'It is out.', 'news, site', at]);
  const changed = await door.as('publisher').submitModal(form.interactionId, {
    title: 'Version 1.1',
    body: 'It is out, really.',
    targets: 'news',
    extras: 'https://example.org/notes, audio',
    when: at,
  });
  const preview = await seen(changed);
  expect(preview).toMatchObject({ ephemeral: true, text: expect.stringContaining('It is out, really.') });
  expect(door.services.countOf(publishEdit)).toBe(0);
  const saved = await seen(await click('publisher', preview.message, 'send'));
  expect(saved.text).toContain('waits for approval again');
  const [run] = door.services.runs.filter(({ action }) => action === publishEdit.name);
  expect(run?.input).toMatchObject({
    revision: 1,
    content: { title: 'Version 1.1', link: 'https://example.org/notes', tags: ['audio'] },
    targets: ['news'],
    seen: { news: expect.any(String) },
  });
  // The time was left alone, and is left alone.
  expect(run?.input).not.toHaveProperty('at');
  await expect.poll(() => textOf(panel()), { timeout: 8_000 }).toContain('Version 1.1');
});

test('after a correction tried again only the newest preview can be published', async () => {
  const preview = await seen(await door.as('publisher').run(post));
  const form = await click('publisher', preview.message, 'edit');
  const refused = await seen(
    await door.as('publisher').submitModal(form.interactionId, { when: 'some day', title: 'Version 1.1' }),
  );
  const again = await click('publisher', refused.message, formAgain);
  const corrected = await seen(await door.as('publisher').submitModal(again.interactionId, { when: '' }));
  expect(corrected.text).toContain('Version 1.1');
  const old = await seen(await click('publisher', preview.message, 'send'));
  expect(old.text).toContain('DISCORD_DRAFT_GONE');
  expect(door.services.countOf(publishCreate)).toBe(0);
  await seen(await click('publisher', corrected.message, 'send'));
  expect(door.services.countOf(publishCreate)).toBe(1);
});

test('other files go with what has not left, once their preview is saved', async () => {
  await published();
  const publication = [...door.services.publishing.publications.values()].at(-1)!;
  publication.content.media = [{ cid: 'b'.repeat(64) }];
  const bare = await seen(await door.as('publisher').run(`/publish files publication:${publication.id}`));
  await seen(await click('publisher', bare.message, 'send'));
  const [run] = door.services.runs.filter(({ action }) => action === publishEdit.name);
  expect(run?.input).toMatchObject({
    publicationId: publication.id,
    content: { title: 'Version 1', media: [] },
  });
  publication.content.media = [{ cid: 'b'.repeat(64) }];
  const kept = `/publish files publication:${publication.id} keep:true`;
  await seen(await click('publisher', (await seen(await door.as('publisher').run(kept))).message, 'send'));
  const runs = door.services.runs.filter(({ action }) => action === publishEdit.name);
  expect(runs.at(-1)?.input).toMatchObject({ content: { media: [{ cid: 'b'.repeat(64) }] } });
});

test('an edit that empties the time means at once', async () => {
  const made = await published(`${post} at:"2026-12-24 18:00" zone:Europe/Berlin`);
  const form = await click('publisher', made, 'change');
  const changed = await door.as('publisher').submitModal(form.interactionId, {
    title: 'Now',
    body: 'b',
    targets: 'news',
    extras: '',
    when: '',
  });
  await seen(await click('publisher', (await seen(changed)).message, 'send'));
  const [run] = door.services.runs.filter(({ action }) => action === publishEdit.name);
  expect(run?.input.at).toBeNull();
});
