import { expect, test } from 'vitest';
import { publishConnect, targetAdd, targetList } from '#contracts/actions/targets.ts';
import { github } from '#plugins/github/index.ts';
import { openElsewhere } from '../../elsewhere/support/open-elsewhere.ts';
import { rejection } from '../../support/rejection.ts';
import { guildId, publishingBench } from '../support/publishing-bench.ts';

/** The whole service and the real publisher, beside the stand-ins. */
async function besideStandIns(apiUrl?: string) {
  const elsewhere = await openElsewhere();
  const bench = await publishingBench({
    publishers: [github],
    plugins: { github: { apiUrl: apiUrl ?? elsewhere.addresses().github?.apiUrl ?? '' } },
    tokensUrl: elsewhere.pageUrl,
  });
  await bench.act(targetAdd, { guildId, name: 'gh', publisher: 'github', options: { kind: 'gist' } });
  const { link } = await bench.act(publishConnect, { guildId, target: 'gh' });
  const { connections } = bench.publishing;
  const isConnected = async () => {
    const { targets } = await bench.act(targetList, { guildId });
    return targets[0]?.credentials.find(({ name }) => name === 'token')?.present;
  };
  return { elsewhere, connections, token: link?.url.split('#')[1] ?? '', isConnected };
}

test('a place at a stand-in is connected by one press, with a token that the stand-in gave', async () => {
  const { elsewhere, connections, token, isConnected } = await besideStandIns();
  expect(await connections.describe(token)).toMatchObject({ tryOut: true });
  await connections.tryOut(token);
  expect(await isConnected()).toBe(true);
  expect(await elsewhere.page('/github')).toContain('ghp_');
  // The link is used up, as by any other credential.
  expect(await rejection(connections.tryOut(token))).toMatchObject({ code: 'PUBLISH_LINK_INVALID' });
});

test('the real platform is never offered a try-out token', async () => {
  const { elsewhere, connections, token, isConnected } = await besideStandIns('https://api.github.com');
  expect(await connections.describe(token)).not.toHaveProperty('tryOut');
  expect(await rejection(connections.tryOut(token))).toMatchObject({ code: 'PUBLISH_TRY_OUT_FAILED' });
  expect(await isConnected()).toBe(false);
  expect(await elsewhere.page('/github')).not.toContain('ghp_');
});

test('a stand-in that is gone is named, and the link stays valid', async () => {
  const { elsewhere, connections, token } = await besideStandIns();
  await elsewhere.stop();
  expect(await rejection(connections.tryOut(token))).toMatchObject({
    code: 'PUBLISH_TRY_OUT_FAILED',
    message: expect.stringContaining('The stand-in for GitHub gave no token'),
  });
  expect(await connections.describe(token)).toMatchObject({ target: 'gh' });
});
