import { generateKeyPair } from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { until } from '../../process/support/two-communities.ts';
import type { World } from './world.ts';

/** Something of home's: how it is made there, and how people who can reach it see it and remove it. */
export interface Thing {
  what: string;
  /** Goes into its name. */
  word: string;
  make(world: World, name: string): Promise<void>;
  /** Shows those there are. Absent: only suggestions do. */
  list?: string;
  /** Beside the name of one that has ended and is listed all the same. */
  endedMark?: string;
  /** Offers those there are. */
  suggest: string;
  /** Takes the one away that was suggested. */
  take?(value: string): string;
  /** Also in the other home guild: it is the whole community's. */
  listedInAnnex?: true;
  takenInAnnex?: true;
  /** It has the name of something else. */
  isOf?: Thing;
}

const later = 'at:"2031-01-01 10:00" zone:UTC';
const peerId = peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString();

export const broadcast: Thing = {
  what: 'broadcast',
  word: 'show',
  make: (world, name) =>
    done(world, `/broadcast start source:${world.libraryFile} second:sample title:${name}`),
  list: '/broadcast list',
  suggest: '/broadcast stop broadcast:',
  take: (id) => `/broadcast stop broadcast:${id}`,
  listedInAnnex: true,
};

/** What is said in the lounge; for that server alone unless more was asked for. */
export const live: Thing = {
  what: 'live channel',
  word: 'live',
  make: async (world, name) => {
    await done(world, `/broadcast start channel:#Lounge title:${name}`);
    await world.speaker.consent();
  },
  list: '/broadcast list',
  suggest: '/broadcast stop broadcast:',
  take: (id) => `/broadcast stop broadcast:${id}`,
};

const target: Thing = {
  what: 'target',
  word: 'news',
  make: async (world, name) => {
    const options = `"kind=message channelId=${world.places.home.general}"`;
    await done(world, `/publish target add name:${name} publisher:discord options:${options} approval:none`);
  },
  list: '/publish targets',
  suggest: '/publish target remove target:',
  take: (name) => `/publish target remove target:${name}`,
};

export const things: readonly Thing[] = [
  broadcast,
  live,
  {
    what: 'recording',
    word: 'show',
    isOf: broadcast,
    make: async (world) => {
      const id = await theOne(world, broadcast);
      await done(world, `/broadcast record start broadcast:${id}`);
    },
    list: '/broadcast record list',
    suggest: '/broadcast record stop recording:',
    take: (id) => `/broadcast record stop recording:${id}`,
  },
  {
    what: 'artifact',
    word: 'artifact',
    make: async (world, name) => {
      const { home } = world.places;
      const to = await theOne(world, target);
      const typed = `/publish post title:Log targets:${to} body:Log file:${name}.txt`;
      const file = { name: `${name}.txt`, bytes: Buffer.from(name) };
      await home.press(await home.run(typed, [file]), 'Cancel');
    },
    suggest: '/archive artifact artifact:',
  },
  {
    what: 'delivery',
    word: 'post',
    make: async (world, name) => {
      const { home } = world.places;
      const to = await theOne(world, target);
      const typed = `/publish post title:${name} targets:${to} body:Text ${later}`;
      await home.press(await home.run(typed), 'Schedule');
    },
    list: '/deliveries list',
    suggest: '/deliveries discard delivery:',
    take: (id) => `/deliveries discard delivery:${id}`,
  },
  {
    what: 'schedule',
    word: 'schedule',
    make: async (world, name) => {
      const to = await theOne(world, target);
      await done(world, `/schedule add title:${name} targets:${to} body:Text ${later}`);
    },
    list: '/schedule list',
    suggest: '/schedule remove schedule:',
    take: (id) => `/schedule remove schedule:${id}`,
  },
  {
    what: 'milestone',
    word: 'milestone',
    make: async (world, name) => {
      const to = await theOne(world, target);
      await done(world, `/milestone add title:${name} targets:${to} ${later}`);
    },
    list: '/milestone list',
    endedMark: '⚫',
    suggest: '/milestone remove milestone:',
    take: (id) => `/milestone remove milestone:${id}`,
  },
  {
    what: 'chain',
    word: 'chain',
    make: async (world, name) => {
      const to = await theOne(world, target);
      await done(world, `/chain add name:${name} on:artifact match:zq* links:${to}`);
    },
    list: '/chain list',
    suggest: '/chain remove chain:',
    take: (name) => `/chain remove chain:${name}`,
  },
  {
    what: 'token',
    word: 'token',
    make: (world, name) => done(world, `/publish token add name:${name} days:30`),
    list: '/publish token list',
    suggest: '/publish token revoke token:',
    take: (id) => `/publish token revoke token:${id}`,
  },
  target,
  // Last: while a friend can't be reached, suggestions of broadcasts come late.
  {
    what: 'trusted community',
    word: 'friend',
    make: async ({ places }, name) => {
      const said = await places.home.run(`/node trust community:${peerId} name:${name}`);
      await places.home.press(said, 'Confirm');
    },
    list: '/node peers',
    suggest: '/node forget community:',
    take: (id) => `/node forget community:${id}`,
    listedInAnnex: true,
    takenInAnnex: true,
  },
];

/** Name of the latest one: a deleted one may be suggested for a moment more, under another name. */
export function nameOf({ makings, mark }: World, { word }: Thing): string {
  return `${mark}${word}${makings.get(word) ?? 0}x`;
}

async function make(world: World, thing: Thing): Promise<void> {
  const { makings } = world;
  if (!thing.isOf) makings.set(thing.word, (makings.get(thing.word) ?? 0) + 1);
  await thing.make(world, nameOf(world, thing));
}

/** Whether home still has it. */
export async function isThere(world: World, thing: Thing): Promise<boolean> {
  const { home } = world.places;
  if (thing.list) {
    const lines = (await home.say(thing.list)).split('\n');
    const line = lines.find((each) => each.includes(nameOf(world, thing)));
    return line !== undefined && (thing.endedMark === undefined || !line.includes(thing.endedMark));
  }
  return (await suggested(world, thing)) !== undefined;
}

/** As it is suggested to home; made again where it is gone. */
export async function theOne(world: World, thing: Thing): Promise<string> {
  if (!(await isThere(world, thing))) await make(world, thing);
  let value: string | undefined;
  // Suggestions may be a moment old.
  await until(`${thing.what} to be suggested`, async () => {
    value = await suggested(world, thing);
    return value !== undefined;
  });
  return value ?? '';
}

async function suggested(world: World, thing: Thing): Promise<string | undefined> {
  const choices = await world.places.home.choices(thing.suggest);
  const found = choices.find(({ name }) => name.includes(nameOf(world, thing)));
  return found && String(found.value);
}

/** What home does while the world is set up must work. */
async function done({ places }: World, typed: string): Promise<void> {
  const text = await places.home.say(typed);
  if (/\b[A-Z]+(_[A-Z]+)+\b/.test(text)) throw new Error(`${typed} was refused: ${text}`);
}
