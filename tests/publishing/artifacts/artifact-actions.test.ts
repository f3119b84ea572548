import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import type { z } from 'zod';
import type { ActionSpec } from '#contracts/action.ts';
import { artifactAdd, artifactList } from '#contracts/actions/artifacts.ts';
import type { GuildMemberActor } from '#contracts/actor.ts';
import { playerUpload } from '#contracts/artifacts.ts';
import { rejection } from '../../support/rejection.ts';
import { collected, folderForTest, never, sha256, startArtifacts } from './support.ts';

const actor: GuildMemberActor = {
  kind: 'guild-member',
  guildId: '1',
  userId: '2',
  displayName: 'Ada',
  roleIds: [],
  isGuildOwner: true,
  hasManageGuild: true,
  isOperator: false,
};

async function discordLike(answer: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const artifacts = await startArtifacts(
    { file: join(folderForTest(), 'hub.db') },
    { apiUrl: `${origin}/api`, artifactBytesMax: 1_000 },
  );
  const run = <Output extends z.ZodType>(
    spec: ActionSpec<z.ZodType, Output>,
    input: unknown,
  ): Promise<z.output<Output>> => {
    const action = artifacts.actions.find((candidate) => candidate.spec === spec);
    return action!.run({ actor, signal: never }, spec.input.parse(input));
  };
  const attach = (url: string, sizeBytes = 5) =>
    run(artifactAdd, { guildId: '1', label: 'a.png', content: { kind: 'attachment', url, sizeBytes } });
  return { ...artifacts, origin, asked, run, attach };
}

test('a text is kept as text, whatever it looks like', async () => {
  const { run, store } = await discordLike((_, response) => response.end());
  const view = await run(artifactAdd, {
    guildId: '1',
    label: 'page',
    content: { kind: 'text', text: '<html>\ud800' },
    source: 'message',
  });
  expect(view).toMatchObject({ mediaType: 'text/plain', source: 'message', sizeBytes: 9 });
  expect((await collected(store.open(view.cid))).toString()).toBe('<html>\ufffd');
  expect((await run(artifactList, { guildId: '1' })).artifacts).toEqual([view]);
});

test('an attachment is fetched whole', async () => {
  const { attach, origin } = await discordLike((_, response) => response.end('bytes'));
  expect(await attach(`${origin}/attachments/1/2/a.png?ex=1`)).toMatchObject({
    cid: sha256('bytes'),
    sizeBytes: 5,
  });
});

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://cdn.discordapp.com/attachments/1/2/a',
  'https://cdn.discordapp.com.evil.example/a',
  'https://cdn.discordapp.com:8443/a',
  'https://evil@cdn.discordapp.com/a',
  'https://evil.example/cdn.discordapp.com',
  'http://localhost:1/a',
  'file:///etc/passwd',
  'data:text/plain,hello',
])('%s is asked for nothing', async (url) => {
  const { attach, asked } = await discordLike((_, response) => response.end('bytes'));
  expect(await rejection(attach(url))).toMatchObject({ code: 'ARTIFACT_ATTACHMENT_REFUSED' });
  expect(asked).toEqual([]);
});

test('what people gave a player is in no list, and takes nothing from what the guild had', async () => {
  const { run, store } = await discordLike((_, response) => response.end());
  const put = (text: string, source: string, yields?: true) =>
    store.put(
      { label: `${source}.opus`, guildId: '1', source, ...(yields && { yields }) },
      Readable.from([Buffer.from(text)]),
      never,
    );
  await put('mine', playerUpload, true);
  const recording = await put('show', 'live recording for server');
  expect(await put('show', playerUpload, true)).toMatchObject({ cid: recording.cid, isNew: false });
  const { artifacts } = await run(artifactList, { guildId: '1' });
  expect(artifacts.map(({ label, source }) => [label, source])).toEqual([
    ['live recording for server.opus', 'live recording for server'],
  ]);
});

test('a recording keeps its promise when its bytes are uploaded again', async () => {
  const { store } = await discordLike((_, response) => response.end());
  const put = (label: string, source: string) =>
    store.put({ label, guildId: '1', source }, Readable.from([Buffer.from('show')]), never);
  const { cid } = await put('Show.opus', 'live recording for server');
  await put('Mine.opus', 'upload');
  expect(await store.get(cid, '1')).toMatchObject({
    label: 'Mine.opus',
    source: 'live recording for server',
  });
});

test('a redirect is not followed, and every wrong answer is a failure that keeps nothing', async () => {
  const { attach, origin, asked, kept, temporary } = await discordLike((request, response) => {
    if (request.url === '/moved') return response.writeHead(302, { location: '/inside' }).end();
    if (request.url === '/missing') return response.writeHead(404).end();
    if (request.url === '/short') return response.end('byte');
    if (request.url === '/long') return response.end('bytes and more');
    if (request.url === '/broken') {
      response.writeHead(200, { 'content-length': '5' }).write('by');
      return setTimeout(() => response.destroy(), 20);
    }
    return response.end('bytes');
  });
  for (const path of ['/moved', '/missing', '/short', '/long', '/broken'])
    expect(await rejection(attach(origin + path)), path).toMatchObject({
      code: 'ARTIFACT_ATTACHMENT_FAILED',
    });
  expect(asked).not.toContain('/inside');
  expect([kept(), temporary()]).toEqual([[], []]);
});

test('too large by its own word is refused before anything is asked', async () => {
  const { attach, origin, asked } = await discordLike((_, response) => response.end('bytes'));
  expect(await rejection(attach(`${origin}/a`, 1_001))).toMatchObject({ code: 'ARTIFACT_TOO_LARGE' });
  expect(asked).toEqual([]);
});
