import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { playerCover } from '#contracts/actions/player.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { MemoryPlayers } from '../support/players.ts';
import { playerWorld } from './service-world.ts';

test('a cover is shown where it is queued, and to no other server that knows its content id', async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const picture = Buffer.from('a picture');
  const coverId = createHash('sha256').update(picture).digest('hex');
  mkdirSync(join(folder.path, 'covers'));
  writeFileSync(join(folder.path, 'covers', `${coverId}.jpg`), picture);
  const players = new MemoryPlayers();
  for (const guildId of ['g1', 'g2']) {
    const facts = { title: 'Song', ...(guildId === 'g1' && { coverId }) };
    const item = { id: '1', place: 1, source: 'sample', facts, addedBy: 'ada', addedByName: 'Ada' };
    const row = { guildId, playerId: `p${guildId}`, phase: 'stopped' as const, loop: 'off' as const };
    const player = { ...row, resting: undefined, currentId: '1', positionMs: 0 };
    await players.write({ player, put: [item], remove: [] });
  }
  const world = await playerWorld({ players }, {}, { stateDir: folder.path });
  const cover = async (guildId: string) =>
    (await world.run(playerCover, { guildId, coverId }, world.as('ada'))).picture?.bytes;
  expect(await cover('g1')).toEqual(picture);
  expect(await cover('g2')).toBeUndefined();
});
