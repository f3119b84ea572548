import type { Answer } from '@guildmesh/local-discord/contract';
import type { APIMessage } from 'discord-api-types/v10';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { artifactAdd, artifactArchiveThread } from '#contracts/actions/artifacts.ts';
import { deliveryDone, deliveryRetry, publishApprove, publishCreate } from '#contracts/actions/publish.ts';
import { draftsPerPersonMax, panelEditEveryMs, tokenLifetimeMs } from '#discord/interactions/limits.ts';
import { seen } from './support/answers.ts';
import { customIdsOf, walk } from './support/components.ts';
import { Door } from './support/door.ts';
import { channels, home, type Person } from './support/seed.ts';

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

/** Panels of the tests before share the channel, where two edits pass in 6 s, and a leap of the clock lets theirs go first. */
async function withoutEarlierPanels(): Promise<void> {
  door.intents.kept.clear();
  await door.restart();
}

async function published(typed = post): Promise<APIMessage> {
  const preview = await seen(await door.as('publisher').run(typed));
  const before = door.playground.world.messages(channels.general).length;
  await seen(await click('publisher', preview.message, 'send'));
  await expect.poll(() => door.playground.world.messages(channels.general).length).toBe(before + 1);
  await expect.poll(() => door.intents.kept.has(`panel ${panel().id}`)).toBe(true);
  return panel();
}

test('a preview shows what is sent, to the asker alone; Publish makes a panel for everyone', async () => {
  const preview = await seen(await door.as('publisher').run(post));
  expect(preview).toMatchObject({ ephemeral: true, text: expect.stringContaining('It is out.') });
  expect(preview.text).toContain('free of charge');
  expect(preview.text).toContain('needs a manager’s approval');
  expect(door.services.countOf(publishCreate)).toBe(0);

  await seen(await click('publisher', preview.message, 'send'));
  expect(door.services.countOf(publishCreate)).toBe(1);
  await expect.poll(() => textOf(panel())).toContain('**0 of 2 targets** delivered');
  expect(textOf(panel())).toContain('waits for approval');
});

test('publishing twice from one preview publishes once', async () => {
  const preview = await seen(await door.as('publisher').run(post));
  const clicks = await Promise.allSettled([
    click('publisher', preview.message, 'send'),
    click('publisher', preview.message, 'send'),
  ]);
  for (const one of clicks) if (one.status === 'fulfilled') await one.value.text();
  expect(door.services.countOf(publishCreate)).toBe(1);
});

test('what is published is what was shown: the hashes of the preview go with it', async () => {
  await published();
  const [run] = door.services.runs.filter(({ action }) => action === publishCreate.name);
  expect(Object.keys(run?.input.seen as object)).toEqual(['news', 'site']);
});

test('a panel follows its publication, no faster than every two seconds', async () => {
  await withoutEarlierPanels();
  await published();
  const { id } = panel();
  const edits = () =>
    door.proxy.requests.filter(({ method, path }) => method === 'PATCH' && path.includes(id));
  const before = edits().length;
  for (let turn = 0; turn < 20; turn++)
    door.services.publishing.change({
      target: 'news',
      state: 'sending',
      progress: { sentBytes: turn, totalBytes: 20 },
    });
  door.services.publishing.change({
    target: 'news',
    state: 'done',
    url: 'https://discord.com/channels/1/2/3',
  });
  await expect
    .poll(() => textOf(panel()), { timeout: 8_000 })
    .toContain('[Open](<https://discord.com/channels/1/2/3>)');
  expect(edits().length - before).toBeLessThanOrEqual(2);
  for (const { body } of edits()) expect(body.allowed_mentions).toEqual({ parse: [] });
});

test('when all is settled the panel is left alone', async () => {
  await withoutEarlierPanels();
  await published();
  const { id } = panel();
  door.services.publishing.change({ state: 'done' });
  await expect.poll(() => textOf(panel()), { timeout: 8_000 }).toContain('**2 of 2 targets** delivered');
  const edits = () =>
    door.proxy.requests.filter(({ method, path }) => method === 'PATCH' && path.includes(id)).length;
  const before = edits();
  door.services.publishing.change({ state: 'failed' });
  await new Promise((resolve) => setTimeout(resolve, panelEditEveryMs + 500));
  expect(edits()).toBe(before);
});

test('after its token’s end a panel is edited as the channel’s message', async () => {
  await withoutEarlierPanels();
  await published();
  const { id } = panel();
  door.clock.skip(tokenLifetimeMs);
  door.services.publishing.change({
    target: 'news',
    state: 'failed',
    needsPerson: true,
    error: { code: 'X_DOWN', text: 'It is down.' },
  });
  await expect.poll(() => textOf(panel()), { timeout: 8_000 }).toContain('It is down');
  const last = door.proxy.requests
    .filter(({ method, path }) => method === 'PATCH' && path.includes(id))
    .at(-1)!;
  expect(last.path).toMatch(/^\/api\/v10\/channels\//);
  expect(last.body.allowed_mentions).toEqual({ parse: [] });
});

test('a panel lives on after a restart of the hub: what changed meanwhile and afterwards shows', async () => {
  await withoutEarlierPanels();
  await published();
  const { id } = panel();
  door.services.publishing.change({ target: 'site', state: 'sending' });
  await door.restart();
  await expect.poll(() => textOf(panel())).toContain('is being sent');
  door.services.publishing.change({ target: 'site', state: 'failed', needsPerson: true });
  await expect.poll(() => textOf(panel())).toContain('1 needs a person');
  // Its buttons are of this run, and the end of it is remembered too.
  await seen(await click('publisher', panel(), 'refresh'));
  door.services.publishing.change({ state: 'done' });
  await expect.poll(() => textOf(panel())).toContain('**2 of 2 targets** delivered');
  await expect.poll(() => door.intents.kept.has(`panel ${id}`)).toBe(false);
}, 90_000);

test('a view that only the asker sees is not taken up after a restart', async () => {
  await published();
  const before = door.intents.kept.size;
  const list = await seen(await door.as('publisher').run('/deliveries list'));
  await seen(await click('publisher', list.message, 'show'));
  expect(door.intents.kept.size).toBe(before);
});

test('a person’s decision: retry at once, done with an address asked for in a form', async () => {
  await withoutEarlierPanels();
  await published();
  const trouble = {
    state: 'unknown',
    needsPerson: true,
    error: { code: 'OUTBOX_UNKNOWN', text: 'No answer came.' },
  } as const;
  door.services.publishing.change({ target: 'news', ...trouble });
  await expect.poll(() => customIdsOf(panel()).retry, { timeout: 8_000 }).toBeTruthy();

  // Not the author: anyone who may decide can.
  const form = await click('manager', panel(), 'done');
  expect(form.modal?.title).toBe('It has landed');
  const landed = await door.as('manager').submitModal(form.interactionId, { url: 'https://example.org/1' });
  expect((await seen(landed)).text).toContain('delivered');
  expect(door.services.countOf(deliveryDone)).toBe(1);

  door.services.publishing.change({ target: 'news', ...trouble });
  await seen(await click('publisher', panel(), 'refresh'));
  await seen(await click('publisher', panel(), 'retry'));
  expect(door.services.countOf(deliveryRetry)).toBe(1);
});

test('a panel’s buttons do nothing for people who may not', async () => {
  await published();
  const answer = await seen(await click('member', panel(), 'withdraw'));
  expect(answer).toMatchObject({ ephemeral: true, text: expect.stringContaining('ACTION_FORBIDDEN') });
});

test('an approval is bound to what the approver was shown', async () => {
  const message = await published();
  const review = await seen(await click('manager', message, 'review'));
  expect(review).toMatchObject({ ephemeral: true, text: expect.stringContaining('It is out.') });
  const publication = [...door.services.publishing.publications.values()].at(-1)!;
  const { approve } = customIdsOf(review.message);

  // What is stored changes between the look and the click.
  const [site] = publication.deliveries.filter(({ target }) => target === 'site');
  const shown = site!.stepsHash!;
  door.services.publishing.settle(site!.id, { stepsHash: 'f'.repeat(64) });
  await seen(await door.as('manager').click(review.message.id, approve!));
  expect(door.services.runs.find(({ action }) => action === publishApprove.name)?.input.stepsHash).toBe(
    shown,
  );
  expect(door.services.publishing.deliveries().find(({ id }) => id === site!.id)?.state).toBe(
    'awaiting-approval',
  );
});

test('without a text a window asks for it; Edit changes everything else', async () => {
  const asked = await door.as('publisher').run('/publish post title:"Version 2" targets:news');
  expect(asked.modal?.title).toBe('Version 2');
  const answer = await door.as('publisher').submitModal(asked.interactionId, { body: 'Long\ntext' });
  const preview = await seen(answer);
  expect(preview).toMatchObject({ ephemeral: true, text: expect.stringContaining('Long\ntext') });

  const form = await click('publisher', preview.message, 'edit');
  const changed = await door.as('publisher').submitModal(form.interactionId, {
    title: 'Version 3',
    targets: 'x-main',
    extras: 'https://example.org/3, release',
    when: '2026-12-24 18:00 Europe/Berlin',
  });
  const { text, message } = await seen(changed);
  expect(message.id).toBe(preview.message.id);
  expect(text).toContain('Version 3');
  expect(text).toContain('$0.20');
  expect(text).toContain('Europe/Berlin');
  expect(text).toContain('Long\ntext');
});

test('a form is worth nothing in other hands', async () => {
  const asked = await door.as('publisher').run('/publish post title:"Mine" targets:news');
  await expect(door.as('owner').submitModal(asked.interactionId, { body: 'x' })).rejects.toThrow();
  const packet = structuredClone(door.proxy.gateway.interactions().at(-1)!);
  expect(packet.d.type).toBe(2);
  await seen(await door.as('publisher').submitModal(asked.interactionId, { body: 'x' }));
  const submitted = structuredClone(door.proxy.gateway.interactions().at(-1)!);
  submitted.d.id = String(BigInt(submitted.d.id) + 1n);
  submitted.d.member.user.id = '100000000000000001';
  door.expectedViolation = /40060|acknowledged|10062|[Uu]nknown/;
  door.proxy.gateway.inject(submitted);
  await expect.poll(() => door.logged('command refused').at(-1)?.code).toBe('DISCORD_CONTROL_FOREIGN');
});

test('files of a command become artifacts, each once, with its words for those who can’t see it', async () => {
  const files = ['one.txt', 'two.txt'].map((name) => ({ name, bytes: new TextEncoder().encode(name) }));
  const typed = '/publish post title:Files targets:news file:one.txt alt:"The first" file-two:two.txt';
  const { text } = await seen(await door.as('publisher').run(typed, { attachments: files }));
  expect(text).toContain('Preview');
  const kept = door.services.runs.filter(({ action }) => action === artifactAdd.name);
  expect(kept.map(({ input }) => input.label)).toEqual(['one.txt', 'two.txt']);
  expect(kept[0]?.input.content).toMatchObject({ kind: 'attachment', sizeBytes: 7 });
});

test('a message is published from its menu, with its first line as the title', async () => {
  const said = await door.as('member').say(channels.general, '# The title\nThe rest.');
  const { text, ephemeral } = await seen(
    await door.as('publisher').runOnMessage('Publish this message', said.id),
  );
  expect(ephemeral).toBe(true);
  expect(text).toContain('Preview · The title');
  expect(text).toContain(`https://discord.com/channels/${home}/${channels.general}/${said.id}`);
  const forbidden = await seen(await door.as('member').runOnMessage('Publish this message', said.id));
  expect(forbidden.text).toContain('ACTION_FORBIDDEN');
});

test('a message without anything readable is refused, and says what helps', async () => {
  const said = await door.as('member').say(channels.general, 'x');
  await seen(await door.as('publisher').runOnMessage('Publish this message', said.id));
  const packet = structuredClone(door.proxy.gateway.interactions().at(-1)!);
  packet.d.id = String(BigInt(packet.d.id) + 1n);
  packet.d.data.resolved.messages[said.id].content = '';
  door.expectedViolation = /40060|acknowledged|10062|[Uu]nknown/;
  door.services.runs.length = 0;
  door.proxy.intercept = ({ path }) => (path.includes(packet.d.id) ? { status: 200, body: {} } : undefined);
  door.proxy.gateway.inject(packet);
  await expect.poll(() => door.logged('command refused').at(-1)?.code).toBe('DISCORD_MESSAGE_EMPTY');
  door.proxy.intercept = undefined;
  expect(door.services.runs).toEqual([]);
});

test('a thread is archived from a message’s menu, and offered to archive.org', async () => {
  const said = await door.as('member').say(channels.general, 'In the thread');
  const { text } = await seen(await door.as('publisher').runOnMessage('Archive this thread', said.id));
  // The thread the person is in, whatever was named: what else they may read is not known.
  const [archived] = door.services.runs.filter(({ action }) => action === artifactArchiveThread.name);
  expect(archived?.input).toEqual({ guildId: home, channelId: channels.general });
  expect(text).toContain('Preview · Release talk');
  expect(text).toContain('A thread of 42 messages.');

  door.services.publishing.targets.delete('vault');
  const kept = await seen(await door.as('publisher').run('/archive thread'));
  expect(kept.text).toContain('Kept · Release talk');
});

test('only the newest drafts of a person are kept; older buttons say so', async () => {
  const first = await seen(await door.as('publisher').run(post));
  for (let turn = 0; turn < draftsPerPersonMax; turn++) {
    door.clock.skip(10_000);
    await seen(await door.as('publisher').run(post));
  }
  const answer = await seen(await click('publisher', first.message, 'send'));
  expect(answer.text).toContain('DISCORD_DRAFT_GONE');
  expect(door.services.countOf(publishCreate)).toBe(0);
});

test('drafts outlive a restart', async () => {
  const preview = await seen(await door.as('publisher').run(post));
  await door.restart();
  await seen(await click('publisher', preview.message, 'send'));
  expect(door.services.countOf(publishCreate)).toBe(1);
});

test('milestones, schedules and zones: what was typed reaches the action in its own units', async () => {
  const input = async (typed: string) => {
    door.clock.skip(60_000);
    door.services.runs.length = 0;
    await seen(await door.as('publisher').run(typed));
    return door.services.runs.at(-1)?.input;
  };
  expect(
    await input(
      '/schedule add title:W targets:news zone:Europe/Berlin cron:"0 18 * * FRI" grace:30 jitter:2',
    ),
  ).toMatchObject({
    rule: { kind: 'cron', expression: '0 18 * * FRI', zone: 'Europe/Berlin' },
    what: { kind: 'publication', content: { title: 'W' } },
    graceMs: 1_800_000,
    jitterMs: 120_000,
    policy: 'once',
  });
  expect(await input('/milestone edit milestone:m1 at:"2026-12-25 9:05"')).toMatchObject({
    // The zone is the milestone's own where none is given.
    at: { local: '2026-12-25T09:05', zone: 'Europe/Berlin' },
  });
  expect(await input('/schedule preview zone:UTC')).toBeUndefined();
  const both = await seen(
    await door.as('publisher').run('/schedule preview zone:UTC cron:"* * * * *" at:"2027-01-01 10:00"'),
  );
  expect(both.text).toContain('DISCORD_TIME_AND_CRON');
  const zoneless = await seen(
    await door.as('publisher').run('/publish post title:T targets:news body:x at:"2027-01-01 10:00"'),
  );
  expect(zoneless.text).toContain('DISCORD_ZONE_MISSING');
  expect((await seen(await door.as('publisher').run('/schedule preview cron:"0 1 * * *"'))).text).toContain(
    'DISCORD_ZONE_MISSING',
  );
  door.services.answers['guild.settings'] = ({ guildId }: { guildId: string }) => ({
    ...{ guildId, whoAdds: 'everybody', votes: true, membersSeeLibrary: true },
    ...{ onMove: 'follow', leaveAfterMs: 1, volumePercent: 100, zone: 'Asia/Tokyo' },
  });
  expect(await input('/schedule preview cron:"0 1 * * *"')).toMatchObject({ rule: { zone: 'Asia/Tokyo' } });
  expect(await input('/milestone add title:T at:"2027-01-01 10:00" targets:news')).toMatchObject({
    at: { zone: 'Asia/Tokyo' },
  });
  expect(await input('/schedule preview zone:UTC cron:"0 1 * * *"')).toMatchObject({ rule: { zone: 'UTC' } });
  const unreadable = await seen(
    await door.as('publisher').run('/publish post title:T targets:news body:x at:soon zone:UTC'),
  );
  expect(unreadable.text).toContain('DISCORD_TIME_UNREADABLE');
});

test('/tweet chooses the account that fits, and says when that is not clear', async () => {
  expect((await seen(await door.as('publisher').run('/tweet text:Hello'))).text).toContain(
    'DISCORD_WHICH_TARGET',
  );
  const { text } = await seen(await door.as('publisher').run('/tweet text:Hello thread:true'));
  expect(text).toContain('x\\-long');
  expect(text).toContain('Post \\(5 of 280\\)');
  expect(text).toContain('$0.015');
});

test.each([
  ['/publish post targets:', ['news', 'site', 'wayback', 'x-main', 'x-long']],
  ['/publish post targets:"news, si"', ['news, site']],
  ['/publish post zone:berl', ['Europe/Berlin']],
  ['/archive url target:', ['wayback']],
  ['/archive artifact artifact:rep', ['a'.repeat(64)]],
  ['/tweet target:', ['x-main', 'x-long']],
  ['/milestone show milestone:ver', ['m1']],
  ['/schedule pause schedule:week', ['s1']],
  ['/chain resume run:', ['01999999-0000-7000-8000-000000000777']],
  ['/publish target add publisher:', ['discord']],
])('suggests for %s', async (typed, expected) => {
  const choices = await door.as('manager').autocomplete(typed);
  expect(choices.map(({ value }) => value)).toEqual(expected);
});
