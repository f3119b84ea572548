import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { isRefused, type Place } from '../place.ts';
import type { World } from '../world.ts';
import type { Border } from './border.ts';
import { startedId } from './of-sound.ts';

/** More than a hub offers at once. */
const startsMax = 12;

/** What there is once for the whole hub. */
export const hubBorders: readonly Border[] = [
  {
    name: 'node stopped',
    unit: 'stops',
    annexToo: true,
    count: async ({ places: { home } }, place) => {
      await place.say('/node stop');
      const isStopped = (await home.say('/node status')).includes('stopped');
      if (isStopped) await home.say('/node start');
      return Number(isStopped);
    },
  },
  {
    name: 'audit rows listed',
    unit: 'rows',
    storedApart: true,
    count: async ({ places }, place) => {
      const lines = (await place.say('/access audit')).split('\n');
      return lines.filter((line) => places.home.peopleIds.some((id) => line.includes(id))).length;
    },
  },
  { name: 'address dialled', unit: 'connections', annexToo: true, count: dialled },
  { name: 'broadcast slots used up', unit: 'lock-outs', storedApart: true, count: slotsUsedUp },
];

async function dialled(_: World, place: Place): Promise<number> {
  let count = 0;
  const server = createServer((socket) => {
    count++;
    socket.on('error', () => {}).destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await place.say(`/node connect address:/ip4/127.0.0.1/tcp/${port}`);
  server.close();
  return Number(count > 0);
}

/** Starts what it can; then home can start nothing. */
async function slotsUsedUp({ places: { home } }: World, place: Place): Promise<number> {
  const ids: string[] = [];
  for (let start = 0; start < startsMax; start++) {
    const id = startedId(await place.say('/broadcast start source:sample title:Filler'));
    if (id === undefined) break;
    ids.push(id);
  }
  const own = await home.say('/broadcast start source:sample title:Own');
  const ownId = startedId(own);
  if (ownId !== undefined) await home.say(`/broadcast stop broadcast:${ownId}`);
  for (const id of ids) await place.say(`/broadcast stop broadcast:${id}`);
  return Number(isRefused(own));
}
