import { createPlayground } from '@guildmesh/local-discord';
import { expect, test } from 'vitest';
import { isGuildmeshError } from '#core/errors.ts';
import { explainable } from '#demo/local-discord-error.ts';
import { northAndSouth } from '#demo/north-and-south.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a port that is taken is explained with the setting that chooses another', async () => {
  using folder = temporaryFolder();
  const seed = northAndSouth({ north: 'north-token', south: 'south-token' });
  const first = createPlayground({ seed, stateDirectory: folder.path });
  await first.start();
  const port = Number(new URL(first.pageUrl).port);
  const second = createPlayground({ seed, stateDirectory: folder.path, port });
  const thrown = await second.start().catch((error: unknown) => error);
  await first.stop();
  expect(isGuildmeshError(thrown)).toBe(false);
  const error = explainable(thrown);
  expect(isGuildmeshError(error, 'PLAYGROUND_PORT_TAKEN')).toBe(true);
  expect(error).toMatchObject({ next: expect.stringContaining('GUILDMESH_PLAYGROUND_PORT') });
});

test('anything else stays what it is', () => {
  const defect = new Error('a defect');
  expect(explainable(defect)).toBe(defect);
});
