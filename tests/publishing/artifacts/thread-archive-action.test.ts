import { join } from 'node:path';
import type { APIMessage } from 'discord-api-types/v10';
import { expect, test } from 'vitest';
import { artifactArchiveThread } from '#contracts/actions/artifacts.ts';
import type { GuildMemberActor } from '#contracts/actor.ts';
import type { ThreadContent } from '#contracts/thread-source.ts';
import { folderForTest, startArtifacts } from './support.ts';

const thread: ThreadContent = {
  guildId: '1',
  guildName: 'North',
  channelId: '2',
  name: 'Release notes / 1.0',
  parentName: 'showcase',
  messages: [message('10', 'We are <b>done</b>.')],
  isContentAvailable: true,
  isCut: false,
};

test('keeps page and JSON of the thread one is in, under names that are no paths', async () => {
  const { store, run } = await archive();
  const answer = await run({ guildId: '1', channelId: '2' });
  expect(answer).toMatchObject({ title: 'Release notes / 1.0', messageCount: 1, isCut: false });
  const [page, json] = answer.artifacts;
  expect([page?.mediaType, json?.mediaType]).toEqual(['text/html', 'application/json']);
  expect(page?.label).not.toMatch(/[\\/]/);
  const html = Buffer.from(await store.read(page?.cid ?? '', 1_000_000)).toString();
  expect(html).toContain('We are &#60;b&#62;done&#60;/b&#62;.');
  expect(JSON.parse(Buffer.from(await store.read(json?.cid ?? '', 1_000_000)).toString())).toBeTypeOf(
    'object',
  );
});

test('refuses another thread before it reads anything', async () => {
  const { run, reads } = await archive();
  await expect(run({ guildId: '1', channelId: '3' })).rejects.toMatchObject({
    code: 'ARTIFACT_OTHER_THREAD',
  });
  expect(reads).toEqual([]);
});

test('links to a picture that can’t be had instead of failing', async () => {
  const attachment = {
    id: '5',
    filename: 'a.png',
    size: 10,
    url: 'https://elsewhere.example/a.png',
    content_type: 'image/png',
  };
  const { run } = await archive({
    ...thread,
    messages: [{ ...message('10', 'look'), attachments: [attachment as never] }],
  });
  expect((await run({ guildId: '1', channelId: '2' })).artifacts).toHaveLength(2);
});

async function archive(content: ThreadContent = thread) {
  const reads: string[] = [];
  const threads = {
    read: async (_: string, channelId: string) => {
      reads.push(channelId);
      return content;
    },
  };
  const artifacts = await startArtifacts({ file: join(folderForTest(), 'hub.db') }, {}, { threads });
  const action = artifacts.actions.find(({ spec }) => spec.name === artifactArchiveThread.name);
  const actor: GuildMemberActor = {
    kind: 'guild-member',
    guildId: '1',
    userId: '7',
    displayName: 'Ada',
    roleIds: [],
    isGuildOwner: false,
    hasManageGuild: false,
    isOperator: false,
    channelId: '2',
  };
  const { signal } = new AbortController();
  const run = async (input: { guildId: string; channelId: string }) =>
    artifactArchiveThread.output.parse(await action?.run({ actor, signal }, input));
  return { store: artifacts.store, run, reads };
}

function message(id: string, content: string): APIMessage {
  return {
    id,
    channel_id: '2',
    content,
    author: { id: '7', username: 'ada', global_name: 'Ada', discriminator: '0', avatar: null },
    attachments: [],
    embeds: [],
    timestamp: '2026-11-01T12:00:00.000Z',
    edited_timestamp: null,
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    pinned: false,
    tts: false,
    type: 0,
  };
}
