import { expect, test } from 'vitest';
import { QueueKeeper } from '#audio/player/queue-keeper.ts';
import { emptyQueue, type Queue } from '#audio/player/queue-model.ts';
import { silentLogger } from '#core/logger.ts';
import { MemoryPlayers } from '../support/players.ts';

const current = {
  ...{ id: 'a', source: 'a.opus', addedBy: '7', addedByName: 'Ada' },
  facts: { title: 'A' },
};
const at = (positionMs: number): Queue => ({ ...emptyQueue, phase: 'going', current, positionMs });

/** Its writes wait until they are let go; the first `failing` of places fail. */
function slowStore(failing = 0) {
  const players = new MemoryPlayers();
  const waiting: (() => void)[] = [];
  let failed = 0;
  const turn = () => new Promise<void>((resolve) => waiting.push(resolve));
  const store = {
    write: async (change: Parameters<MemoryPlayers['write']>[0]) => {
      await turn();
      await players.write(change);
    },
    setPosition: async (guildId: string, itemId: string, positionMs: number) => {
      await turn();
      if (failed++ < failing) throw new Error('the disk is full');
      await players.setPosition(guildId, itemId, positionMs);
    },
  };
  const keeper = new QueueKeeper({ store, logger: silentLogger() }, { guildId: '1', playerId: 'p1' });
  return { keeper, stored: () => players.rows.get('1')?.positionMs, waiting };
}

/** Until nothing waits any more. */
async function letGo(waiting: (() => void)[], settled: Promise<void>): Promise<void> {
  let isSettled = false;
  void settled.then(() => {
    isSettled = true;
  });
  while (!isSettled) {
    waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a place that is kept at the end is stored before it is settled', async () => {
  const { keeper, stored, waiting } = slowStore();
  await letGo(waiting, keeper.save({ queue: at(0), resting: undefined, behind: false }));
  keeper.position(at(1_240), true);
  await letGo(waiting, keeper.settled());
  expect(stored()).toBe(1_240);
});

test('a queue that is still being written doesn’t replace a newer place, nor the other way round', async () => {
  const { keeper, stored, waiting } = slowStore();
  void keeper.save({ queue: at(1_000), resting: undefined, behind: false });
  keeper.position(at(9_000), true);
  await letGo(waiting, keeper.settled());
  expect(stored()).toBe(9_000);
  keeper.position(at(20_000), true);
  void keeper.save({ queue: at(2_000), resting: undefined, behind: false });
  await letGo(waiting, keeper.settled());
  keeper.position(at(30_000), true);
  keeper.position(at(31_000), true);
  void keeper.save({ queue: at(3_000), resting: undefined, behind: false });
  await letGo(waiting, keeper.settled());
  expect(stored()).toBe(3_000);
});

test('a place that couldn’t be written is written at the end, though it is the same', async () => {
  const { keeper, stored, waiting } = slowStore(1);
  await letGo(waiting, keeper.save({ queue: at(0), resting: undefined, behind: false }));
  keeper.position(at(6_000));
  await letGo(waiting, keeper.settled());
  expect(stored()).toBe(0);
  keeper.position(at(6_000), true);
  await letGo(waiting, keeper.settled());
  expect(stored()).toBe(6_000);
});
