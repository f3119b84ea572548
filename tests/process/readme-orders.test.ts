import { afterEach, expect, test } from 'vitest';
import { type Communities, openCommunities } from '#demo/communities.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { minuteOfReadme, toldBy } from './support/readme-minute.ts';
import { bareEnvironment, entryPath, hears } from './support/two-communities.ts';
import { Typist } from './support/typist.ts';

/** Every order of README's lines but their own, in which a browser types them elsewhere. */
const orders = [
  [1, 3, 2],
  [2, 1, 3],
  [2, 3, 1],
  [3, 1, 2],
  [3, 2, 1],
] as const;

let folder: ReturnType<typeof temporaryFolder>;
let communities: Communities | undefined;
afterEach(async () => {
  // They keep nothing that is looked at later.
  for (const hub of [communities?.north, communities?.south]) hub?.kill('SIGKILL');
  await communities?.stop();
  communities = undefined;
  folder[Symbol.dispose]();
}, 30_000);

// Nothing is pressed but what the lines name, once each, and the hubs know nothing of each other.
test.each(orders)(
  'README’s lines %i, %i and %i lead to sound on both sides',
  { timeout: 60_000 },
  async (...order) => {
    folder = temporaryFolder();
    communities = await openCommunities({
      entryPath,
      stateDirectory: folder.path,
      environment: bareEnvironment({ GUILDMESH_LOG_LEVEL: 'warn', GUILDMESH_MESH_AUTOSTART: 'true' }),
      onLogLine: () => undefined,
    });
    const { north, playground, south } = communities;
    await Promise.all([north.start(), south.start()]);
    const typist = new Typist(playground);
    const lines = await minuteOfReadme();
    expect(lines).toHaveLength(3);
    for (const number of order) for (const told of toldBy(lines[number - 1] ?? '')) await typist.obey(told);
    expect(typist.listeners).toHaveLength(2);
    await Promise.all(typist.listeners.map((listener) => hears(listener, 50, 20_000)));
    expect(playground.violations).toEqual([]);
  },
);
