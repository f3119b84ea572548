import { expect, test } from 'vitest';
import { nodeStart } from '#contracts/actions/node.ts';
import { playerConfigure, playerPlay, playerQueue, playerStatus } from '#contracts/actions/player.ts';
import { playerShare } from '#contracts/actions/player-sharing.ts';
import { rejection } from '../../support/rejection.ts';
import { playerWorld } from '../player/service-world.ts';
import { MemoryArtifacts } from '../support/artifacts.ts';
import { oggLink, opusPacket } from '../support/ogg-pages.ts';

const guildId = 'g1';
const packets = Array.from({ length: 100 }, (_, index) => opusPacket(index));

/** Ada, a manager, plays the sample; a recording was promised to people of the server alone. */
async function withRecording() {
  const artifacts = new MemoryArtifacts();
  const cid = artifacts.put('g1', 'talk.opus', oggLink(1, packets), 'recording for server');
  const during = { nodeStarts: async () => {}, listed: async () => {} };
  const list = artifacts.list.bind(artifacts);
  artifacts.list = async (filter) => {
    await during.listed();
    return list(filter);
  };
  let runs = false;
  const world = await playerWorld(
    {},
    {
      artifacts: () => artifacts as never,
      ownPeerId: () => (runs ? 'peer0' : undefined),
      perform: async (spec) => {
        expect(spec).toBe(nodeStart);
        await during.nodeStarts();
        runs = true;
        return {} as never;
      },
    },
  );
  world.roles.set('ada', 'manager');
  world.presence.sit('a', 'ada');
  await world.run(playerPlay, { guildId, what: 'sample' }, world.as('ada'));
  const queueIt = () => world.run(playerPlay, { guildId, what: `artifact:${cid}` }, world.as('ada'));
  const share = () => world.run(playerShare, { guildId, peerIds: ['peer1'] }, world.as('ada'));
  const sharedWith = async () => (await world.run(playerStatus, { guildId })).player?.sharedWith;
  return { ...world, cid, during, queueIt, share, sharedWith };
}

test('a recording for fewer that is queued while the node starts keeps the player from being shared', async () => {
  const { during, queueIt, share, sharedWith } = await withRecording();
  during.nodeStarts = async () => void (await queueIt());
  expect(await rejection(share())).toMatchObject({
    code: 'AUDIO_RECORDING_PROMISED',
    message: expect.stringContaining('talk'),
    next: expect.any(String),
  });
  expect(await sharedWith()).toEqual([]);
});

test('a recording for fewer that is looked up before the player is shared isn’t queued after', async () => {
  const { during, queueIt, run, share, sharedWith } = await withRecording();
  const looking = Promise.withResolvers<void>();
  const shared = Promise.withResolvers<void>();
  during.listed = () => {
    looking.resolve();
    return shared.promise;
  };
  const queued = rejection(queueIt());
  await looking.promise;
  await share();
  shared.resolve();
  expect(await queued).toMatchObject({ code: 'AUDIO_RECORDING_PROMISED' });
  expect(await sharedWith()).toMatchObject([{ name: 'North' }]);
  expect((await run(playerQueue, { guildId })).items).toEqual([]);
});

test('as what plays when nothing is queued it is no way around that either', async () => {
  const { as, cid, during, run, share } = await withRecording();
  const rest = () => run(playerConfigure, { guildId, resting: `artifact:${cid}` }, as('ada'));
  during.nodeStarts = async () => void (await rest());
  expect(await rejection(share())).toMatchObject({ code: 'AUDIO_RECORDING_PROMISED' });
  await run(playerConfigure, { guildId, resting: '' }, as('ada'));
  await share();
  expect(await rejection(rest())).toMatchObject({ code: 'AUDIO_RECORDING_PROMISED' });
});
