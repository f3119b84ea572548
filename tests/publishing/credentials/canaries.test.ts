import { expect, test } from 'vitest';
import { artifactAdd } from '#contracts/actions/artifacts.ts';
import {
  deliveryList,
  publicationPreview,
  publicationShow,
  publishCreate,
  publishEdit,
  publishPreview,
} from '#contracts/actions/publish.ts';
import { publishConnect, targetAdd, targetList, targetVerify } from '#contracts/actions/targets.ts';
import type { Fate, Publisher, PublisherContext } from '#contracts/publisher.ts';
import { Secret } from '#core/secret.ts';
import { guildId, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const fields = ['webhookUrl', 'pem', 'oauthRefresh', 'oauthAccess', 'huggingface', 'archiveSecret', 'quoted'];
const canaries = {
  bot: 'canary.bot.token.AAAA1111',
  environment: 'canary-environment-BBBB2222',
  environmentFile: 'canary-env-file-CCCC3333',
  webhookUrl: 'https://discord.com/api/webhooks/1/canary-webhook-DDDD4444',
  pem: '-----BEGIN PRIVATE KEY-----\ncanaryPemEEEE5555\n-----END PRIVATE KEY-----',
  oauthRefresh: 'canary-refresh-FFFF6666',
  oauthAccess: 'canary-access-GGGG7777',
  huggingface: 'hf_canaryHHHH8888canaryHHHH8888cana',
  archiveSecret: 'canary/archive+secret=IIII9999',
  quoted: 'canary"with\\quotes"JJJJ0000',
  pairAccess: 'canary-pair-access-KKKK1212',
  pairRefresh: 'canary-pair-refresh-LLLL3434',
};
const marks = [
  'AAAA1111',
  'BBBB2222',
  'CCCC3333',
  'DDDD4444',
  'EEEE5555',
  'FFFF6666',
  'GGGG7777',
  'HHHH8888',
  'IIII9999',
  'JJJJ0000',
  'KKKK1212',
  'LLLL3434',
];
const all = Object.values(canaries);

const files: [label: string, body: (text: string) => string][] = [
  ['build.log', (text) => `step 1\nexport KEY=${text}\n`],
  ['page.html', (text) => `<!doctype html><p>${text}</p>`],
  ['report.json', (text) => JSON.stringify({ deep: [{ text }] })],
  ['long.txt', (text) => `${'x'.repeat(65_530)}${text}${'y'.repeat(70_000)}`],
];

/** Says every secret it is given wherever a publisher can say anything. */
function gossip(
  target: SpeakingTarget,
  ways: { fate: Fate['state']; find: 'found' | 'absent' | 'cannot-tell' },
): Publisher {
  const credentials = ['given', 'givenByFile', ...fields].map((name) => ({
    name,
    help: 'x',
    required: false,
  }));
  const said = all.join(' ');
  const receipt = { remoteId: said, url: `https://x.example/?${said}`, data: { deep: [{ said }] } };
  let fails = true;
  async function useAll(context: PublisherContext): Promise<void> {
    for (const { name } of credentials) context.credential(name);
    await context.tokens.refresh(
      async (newest) =>
        newest ?? {
          accessToken: canaries.pairAccess,
          refreshToken: canaries.pairRefresh,
          expiresAtMs: 0,
          grant: 'g',
        },
    );
  }
  return {
    ...target.speaker('discord', { credentials }),
    verify: async (context) => {
      await useAll(context);
      return { account: said, problems: [said], quota: said };
    },
    execute: async (context) => {
      await useAll(context);
      if (!fails) return receipt;
      fails = false;
      throw new Error(`request to ${said} failed`);
    },
    find: async () => {
      if (ways.find === 'found') return { state: 'found', receipt };
      return ways.find === 'absent' ? { state: 'absent' } : { state: 'cannot-tell', why: said };
    },
    confirm: async () => ({ state: 'failed', reason: said }),
    classify: (error) => ({ state: ways.fate, reason: String(error) }) as Fate,
  };
}

const fates: Fate['state'][] = [
  'not-sent',
  'rejected',
  'rate-limited',
  'authorisation-lost',
  'out-of-budget',
  'unknown',
];

test.each(
  fates.flatMap((fate) => (['found', 'absent', 'cannot-tell'] as const).map((find) => ({ fate, find }))),
)('12 canaries show nowhere when an attempt ends in $fate and a look-up in $find', async (ways) => {
  const target = new SpeakingTarget();
  const bench = await publishingBench({
    publishers: [gossip(target, ways)],
    token: new Secret(canaries.bot),
    environment: {
      GUILDMESH_SECRET_ONE_GIVEN: canaries.environment,
      GUILDMESH_SECRET_ONE_GIVEN_BY_FILE: canaries.environmentFile,
    },
  });
  const { act, clock, db, publishing, log, told } = bench;
  const shown: unknown[] = [];
  const show = async (work: Promise<unknown>) => {
    shown.push(
      await work.catch((error: Error) => ({
        ...error,
        message: error.message,
        stack: error.stack,
        cause: String(error.cause),
      })),
    );
  };
  await act(targetAdd, { guildId, name: 'one', publisher: 'discord', policy: 'none' });
  const { link } = await act(publishConnect, { guildId, target: 'one' });
  const values = Object.fromEntries(fields.map((name) => [name, canaries[name as keyof typeof canaries]]));
  await publishing.connections.redeem(link?.url.split('#')[1] ?? '', values);
  await show(act(targetVerify, { guildId, target: 'one' }));

  const made = await act(publishCreate, { guildId, content: { title: 'T' }, targets: ['one'] });
  await clock.advance(600_000);
  for (const text of all) {
    const content = { title: 'T', body: `see ${text}` };
    await show(act(publishPreview, { guildId, content, targets: ['one'] }));
    await show(act(publishCreate, { guildId, content, targets: ['one'] }));
    await show(act(publishEdit, { guildId, publicationId: made.id, content }));
  }
  // The same in the bytes of files: text, page, JSON, and far behind the first window.
  for (const [index, text] of all.entries()) {
    const [label, body] = files[index % files.length]!;
    const { cid } = await act(artifactAdd, {
      guildId,
      label,
      content: { kind: 'text', text: body(text) },
    });
    const content = { title: 'T', media: [{ cid }] };
    await show(act(publishPreview, { guildId, content, targets: ['one'] }));
    await show(act(publishCreate, { guildId, content, targets: ['one'] }));
    await show(act(publishEdit, { guildId, publicationId: made.id, content }));
  }
  await show(act(publicationShow, { guildId, publicationId: made.id }));
  await show(act(publicationPreview, { guildId, publicationId: made.id }));
  await show(act(deliveryList, { guildId, only: 'all' }));
  await show(act(targetList, { guildId }));
  await show(act(publishConnect, { guildId, target: 'one' }));
  for (const table of [
    'publication',
    'delivery',
    'delivery_step',
    'delivery_attempt',
    'target_pause',
    'target',
    'credential',
    'vault',
    'connect_link',
    'audit',
    'action_key',
  ] as const)
    shown.push({ table, rows: await db.selectFrom(table).selectAll().execute() });

  const text = JSON.stringify([shown, log, await told()]);
  expect(text).toContain('[secret]');
  expect(marks.filter((mark) => text.includes(mark))).toEqual([]);
  // Each was refused, not merely masked: nothing but the first publication was made.
  expect(await db.selectFrom('publication').select('id').execute()).toHaveLength(1);
});
