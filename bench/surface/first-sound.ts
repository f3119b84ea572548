import { ids } from '#demo/north-and-south.ts';
import type { Row } from './row.ts';
import { controlOf, frames, pause, say, type, until, type World, withWorld } from './world.ts';

const frameCount = 50;
const timeoutMs = 20_000;
/** A hub that has just started is still loading; people open the page first. */
const settleMs = 2_000;

/** From Enter to the first second of sound at home, and from the last press to the same in a second community. */
export function firstSound(): Promise<Row[]> {
  return withWorld(
    async () => {},
    async (world) => {
      await Promise.all([world.north.start(), world.south.start()]);
      await pause(settleMs);
      const atHome = await home(world);
      // What South needs isn't measured at the price of what North has shown.
      const there = await second(world).catch((error: unknown): Row[] => [
        { what: 'second community', unit: 's', problem: String(error) },
      ]);
      return [...atHome, ...there];
    },
  );
}

async function home({ playground }: World): Promise<Row[]> {
  const noor = playground.as(ids.noor, ids.northGuild);
  const listener = await noor.listen(ids.northLounge);
  const enterMs = performance.now();
  const [sound, answer] = await Promise.all([
    frames(listener, frameCount, timeoutMs),
    type(noor, '/play what:sample').then(async (answer) => {
      await answer.settled();
      return performance.now();
    }),
  ]);
  const note = `first frame after ${seconds(sound.firstMs - enterMs)} s, answer after ${seconds(answer - enterMs)} s; 1 command`;
  const value = (sound.lastMs - enterMs) / 1_000;
  return [{ what: `first sound, ${frameCount} frames`, value, unit: 's', most: 2, note }];
}

async function second({ playground }: World): Promise<Row[]> {
  const ada = playground.as(ids.ada, ids.northGuild);
  const sol = playground.as(ids.sol, ids.southGuild);
  let clickCount = 0;
  const card = await (await type(ada, '/nowplaying')).settled();
  clickCount++;
  const share = await (await ada.click(card.id, controlOf(card, 'Share') ?? '')).settled();
  const south = await until('South to be offered', async () => {
    const list = await look(ada, share.id);
    return list && { list, peerId: optionOf(list, 'South') };
  });
  clickCount++;
  await (
    await ada.select(share.id, controlOf(south.list, 'Share with') ?? '', [south.peerId ?? ''])
  ).settled();
  const listener = await playground.as(ids.sol, ids.southGuild).listen(ids.southLounge);
  const typedMs = performance.now();
  const offer = await (await type(sol, '/play what:North')).settled();
  const allow = controlOf(offer, 'Allow and play');
  if (allow === undefined) throw new Error(`nothing to allow: ${await say(sol, '/play what:North')}`);
  const offeredMs = performance.now();
  clickCount++;
  const [sound] = await Promise.all([
    frames(listener, frameCount, timeoutMs),
    sol.click(offer.id, allow).then((answer) => answer.settled()),
  ]);
  const note = `first frame after ${seconds(sound.firstMs - offeredMs)} s; /play was answered after ${seconds(offeredMs - typedMs)} s`;
  return [
    {
      what: `second community, ${frameCount} frames`,
      value: (sound.lastMs - offeredMs) / 1_000,
      ...{ unit: 's', most: 5, note },
    },
    { what: 'second community, clicks beside 1 command', value: clickCount, unit: 'count', most: 3 },
  ];

  /** The list as it is now, once South stands in it. */
  async function look(member: typeof ada, messageId: string): Promise<object | undefined> {
    const now = () => playground.world.messages(ids.northGeneral, member.userId);
    const message = now().find(({ id }) => id === messageId);
    if (message && optionOf(message, 'South') !== undefined) return message;
    const again = message && controlOf(message, 'Look again');
    await pause(500);
    if (!again) return undefined;
    const looked = await (await member.click(messageId, again)).settled();
    return optionOf(looked, 'South') === undefined ? undefined : looked;
  }
}

function optionOf(message: object, label: string): string | undefined {
  let found: string | undefined;
  JSON.stringify(message, (_, value) => {
    if (value?.label === label && typeof value.value === 'string') found = value.value;
    return value;
  });
  return found;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(2);
}
