/** Runs of each plugin that has an official description, in all its kinds, against its own fake. */
import { generateKeyPairSync } from 'node:crypto';
import type { PublicationContent, Publisher, Receipt } from '#contracts/publisher.ts';
import { discord as discordPlugin } from '#plugins/discord/index.ts';
import { github as githubPlugin } from '#plugins/github/index.ts';
import { x as xPlugin } from '#plugins/x/index.ts';
import { assembled } from '#publishing/publishers.ts';
import { ids } from '../../local-discord/support/small-world.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { artifactsOf, attemptAt, key, mediaOf } from '../compliance/attempt.ts';
import type { Asked, FakePlatform } from '../compliance/fake-platform.ts';
import { botToken, PlaygroundPlatform, webhookUrl } from '../discord/playground-platform.ts';
import { openFakeGithub } from '../github/fake-github.ts';
import { FakeX } from '../x/fake-x.ts';

const discord = await assembled(discordPlugin);
const github = await assembled(githubPlugin);
const x = await assembled(xPlugin);

const picture = Buffer.from(Array.from({ length: 4_000 }, (_, index) => index % 251));
const file = mediaOf(picture, 'picture.png', 'image/png');
const content = {
  title: 'Done',
  body: 'It is done.',
  tags: ['v1.2'],
  media: [{ ...file, altText: 'A picture' }],
};
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** Verifies, previews, sends and looks up with each of the options; what was asked of the platform. */
async function requestsOf(
  publisher: Publisher<never>,
  platform: FakePlatform,
  targets: readonly object[],
  credentials: Record<string, string>,
  given: PublicationContent = content,
): Promise<readonly Asked[]> {
  const settings = { key, createdAtMs: Date.UTC(2026, 10, 20) };
  for (const target of targets) {
    const options = publisher.describe.options.parse(target) as never;
    const context = attemptAt(platform, { credentials, artifacts: artifactsOf([picture]) });
    await publisher.verify(context, options);
    const { steps } = publisher.render(given, options, settings);
    const receipts: Record<string, Receipt> = {};
    for (const step of steps) {
      await publisher.find(context, step, receipts);
      receipts[step.id] = await publisher.execute(context, step, receipts);
      await publisher.find(context, step, receipts);
    }
    const retraction = publisher.retract?.(steps, receipts) ?? { why: '' };
    for (const step of 'steps' in retraction ? retraction.steps : []) {
      await publisher.find(context, step, {});
      await publisher.execute(context, step, {});
      await publisher.find(context, step, {});
    }
  }
  return platform.server.requests;
}

async function ofGithub(): Promise<readonly Asked[]> {
  const fake = await openFakeGithub({ judged: false });
  const repository = { owner: 'north', repo: 'site' };
  const other = { id: 9, name: file.name, state: 'uploaded', size: 3, digest: 'sha256:00' } as const;
  fake.repository.releases.push({ id: 50, tag: 'v2', body: '', draft: false, assets: [other] });
  const targets = [
    ...['commit', 'pull-request', 'pages', 'release'].map((kind) => ({ kind, ...repository })),
    { kind: 'commit', ...repository, path: 'app.md', app: { id: 7, installationId: 8 } },
    { kind: 'release', ...repository, tag: 'v2', existing: 'replace-assets' },
    { kind: 'gist' },
  ];
  try {
    return await requestsOf(github as never, fake, targets, { token: 'ghp_token', privateKey });
  } finally {
    await fake.close();
  }
}

async function ofDiscord(): Promise<readonly Asked[]> {
  using state = temporaryFolder();
  const platform = await PlaygroundPlatform.open(state.path, { webhookChannelId: ids.text, judged: false });
  const targets = [
    { kind: 'message', channelId: ids.text },
    { kind: 'announcement', channelId: ids.news },
    { kind: 'forum', channelId: ids.forum },
    { kind: 'webhook' },
  ];
  try {
    return await requestsOf(discord as never, platform, targets, { botToken, webhookUrl });
  } finally {
    await platform.close();
  }
}

async function ofX(): Promise<readonly Asked[]> {
  const fake = await FakeX.open({ judged: false });
  fake.refreshToken = 'refresh-canary';
  const credentials = { clientId: 'client', refreshToken: 'refresh-canary' };
  try {
    const video = {
      ...content,
      body: 'Moving.',
      media: [{ ...file, name: 'film.mp4', mediaType: 'video/mp4' }],
    };
    await requestsOf(x as never, fake, [{ auth: 'oauth2' }], credentials);
    fake.refreshToken = 'refresh-canary';
    return await requestsOf(x as never, fake, [{ auth: 'oauth2' }], credentials, video);
  } finally {
    await fake.close();
  }
}

export const runs: Readonly<Record<string, () => Promise<readonly Asked[]>>> = {
  discord: ofDiscord,
  github: ofGithub,
  x: ofX,
};
