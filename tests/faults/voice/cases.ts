import { closeTable } from '#audio/voice/worker/close-codes.ts';
import { ids } from '#playground/north-and-south.ts';
import { say, until } from '../../process/support/two-communities.ts';
import { AudioMeter, pause, wallMs } from './audio-meter.ts';
import { type FaultWorld, places } from './fault-world.ts';

const { southBot, southGuild, sol } = ids;

/** The figures to reach. */
const healedWithinMs = 3_000;
const restartedWithinMs = 15_000;
/** Nobody hears anything of it. */
const unheardMs = 0;

export interface VoiceFault {
  name: string;
  /** For people. */
  expected: string;
  /** The guard whose removal must make it fail; or that the fault stays, where nothing but its end heals it. */
  control: { guard: string } | { stays: (world: FaultWorld) => void };
  /** Where the relay plays. Default: the lounge. */
  channelId?: string;
  /** Brings the fault about and finds out what became of the audio. */
  run(world: FaultWorld, meter: AudioMeter): Promise<FaultOutcome>;
}

export interface FaultOutcome {
  /** From the fault, or from the moment from which it could heal. Undefined: not back. Null: not to come back. */
  audioBackMs: number | null | undefined;
  ok: boolean;
  /** Why not. */
  problem?: string;
}

interface Healing {
  atMostMs?: number;
  /** How long the fault may take to be heard. */
  bitesWithinMs?: number;
  disturbancesMax?: number;
}

async function heals(
  world: FaultWorld,
  meter: AudioMeter,
  { atMostMs = healedWithinMs, bitesWithinMs = 2_000, disturbancesMax = Number.POSITIVE_INFINITY }: Healing,
  sinceMs = wallMs(),
): Promise<FaultOutcome> {
  const audioBackMs = await meter.untilBack(sinceMs, { atMostMs, bitesWithinMs });
  const disturbances = world.disturbances();
  if (audioBackMs === undefined || audioBackMs > atMostMs)
    return {
      audioBackMs,
      ok: false,
      problem: `not back within ${atMostMs} ms; holes ${JSON.stringify(meter.holes(sinceMs))}`,
    };
  if (disturbances > disturbancesMax)
    return { audioBackMs, ok: false, problem: `${disturbances} rejoins or worker restarts` };
  return { audioBackMs, ok: true };
}

/** The status says so within a while, and for some seconds no connection is made. */
async function rests(world: FaultWorld, said: RegExp, withinMs = 8_000): Promise<FaultOutcome> {
  const { voice } = world.playground.faults;
  const endMs = performance.now() + withinMs;
  let text = await world.status();
  while (!said.test(text) && performance.now() < endMs) text = await world.status();
  if (!said.test(text)) return { audioBackMs: null, ok: false, problem: `status: ${text.slice(0, 200)}` };
  const before = voice.connectionCount;
  await pause(3_000);
  if (voice.connectionCount > before || world.botState())
    return { audioBackMs: null, ok: false, problem: 'it came back' };
  return { audioBackMs: null, ok: true };
}

const close = (world: FaultWorld, code: number) =>
  world.playground.faults.voice.closeVoice(southGuild, southBot, code);

const backExpected = `audio back within ${healedWithinMs / 1_000} s`;

function closesThatHeal(): VoiceFault[] {
  const rejoining = closeTable.filter(({ decision }) => decision.do === 'rejoin').map(({ code }) => code);
  const rejoined = [...rejoining, 4999].map((code) => ({
    ...{ name: `voice-close-${code}`, expected: backExpected, control: { guard: 'rejoin' } },
    run: async (world: FaultWorld, meter: AudioMeter) => {
      close(world, code);
      return heals(world, meter, { disturbancesMax: 1 });
    },
  }));
  const resumed = [1006, 4015].map((code) => ({
    name: `voice-close-${code}`,
    expected: `${backExpected}, resumed without asking Discord`,
    control: { guard: 'resume is left to the library' },
    run: async (world: FaultWorld, meter: AudioMeter) => {
      close(world, code);
      return heals(world, meter, { disturbancesMax: 0 });
    },
  }));
  return [...rejoined, ...resumed];
}

function closesThatDoNot(): VoiceFault[] {
  const codes = [
    {
      code: 4014,
      said: /Nothing plays here/,
      guard: 'without a move it was a kick',
      what: 'taken for a kick after 5 s',
    },
    { code: 4016, said: /Stopped/, guard: 'stop at 4016', what: 'stopped, with what to install' },
    { code: 4017, said: /Stopped/, guard: 'stop at 4017', what: 'stopped, with what to update' },
    { code: 4021, said: /Paused/, guard: 'cool down at 4021', what: 'a long pause, no join' },
    { code: 4022, said: /Paused/, guard: 'no rejoin at 4022', what: 'a long pause after 5 s, no join' },
  ];
  return codes.map(({ code, guard, said, what }) => ({
    ...{ name: `voice-close-${code}`, expected: what, control: { guard } },
    run: async (world) => {
      close(world, code);
      return rests(world, said, 10_000);
    },
  }));
}

const servers: VoiceFault[] = [
  {
    name: 'voice-close-4022-with-a-new-server',
    expected: backExpected,
    control: { guard: 'another server is waited for' },
    run: async (world, meter) => {
      close(world, 4022);
      await pause(300);
      world.playground.faults.voiceServerUpdate(southGuild, southBot, 'fresh');
      return heals(world, meter, {});
    },
  },
  {
    name: 'endpoint-change',
    expected: backExpected,
    control: { guard: 'a named server is followed' },
    run: async (world, meter) => {
      world.playground.faults.voiceServerUpdate(southGuild, southBot, 'fresh');
      // The old one ends some time after the new one was named.
      await pause(300);
      return heals(world, meter, {});
    },
  },
  {
    name: 'endpoint-null',
    expected: `${backExpected} of the next server’s being named`,
    control: { guard: 'a named server is followed' },
    run: async (world, meter) => {
      world.playground.faults.voiceServerUpdate(southGuild, southBot, 'null');
      await pause(700);
      world.playground.faults.voiceServerUpdate(southGuild, southBot, 'fresh');
      return heals(world, meter, {});
    },
  },
];

const gateway: VoiceFault[] = [
  {
    name: 'gateway-drop',
    expected: 'unheard',
    control: { guard: 'voice outlives the main gateway' },
    run: async (world, meter) => {
      world.playground.faults.gatewayDrop(southBot);
      return heals(world, meter, { atMostMs: unheardMs, disturbancesMax: 0 });
    },
  },
  {
    name: 'gateway-op-7',
    expected: 'unheard',
    control: { guard: 'voice outlives the main gateway' },
    run: async (world, meter) => {
      world.playground.faults.gatewayReconnect(southBot);
      return heals(world, meter, { atMostMs: unheardMs, disturbancesMax: 0 });
    },
  },
  {
    name: 'gateway-op-9',
    expected: `${backExpected} of the new session`,
    control: { guard: 'a lost main session is no kick' },
    run: async (world, meter) => {
      world.playground.faults.gatewayInvalidSession(southBot, false);
      // discord.js waits one to five seconds before it identifies again, as Discord asks.
      await until('South to be offline', async () => !online(world), 5_000).catch(() => {});
      await until('South to be online', async () => online(world), 15_000);
      return heals(world, meter, {});
    },
  },
];

function online(world: FaultWorld): boolean {
  return world.playground.world.guild(southGuild)?.botsOnline.includes(southBot) ?? false;
}

/** Discord doesn't tell a bot that its packets get lost: it goes on, and nothing else. */
const network: VoiceFault[] = [
  { name: 'udp-loss-20-percent', udp: { loss: 0.2, delayMs: 0 } },
  { name: 'udp-delay-300-ms', udp: { loss: 0, delayMs: 300 } },
  { name: 'udp-blackout-1-s', udp: { loss: 1, delayMs: 0 } },
].map(({ name, udp }) => ({
  name,
  expected: `${backExpected} of its end, no rejoin`,
  control: {
    stays: (world: FaultWorld) => {
      world.playground.faults.voice.udp = { loss: 1, delayMs: 0 };
    },
  },
  run: async (world: FaultWorld, meter: AudioMeter) => {
    world.playground.faults.voice.udp = udp;
    await pause(1_000);
    const endsMs = wallMs();
    world.playground.faults.voice.udp = { loss: 0, delayMs: 0 };
    return heals(world, meter, { disturbancesMax: 0 }, endsMs);
  },
}));

const group: VoiceFault[] = [
  {
    name: 'wrong-epoch-proposal',
    expected: backExpected,
    control: { guard: 'a dead worker is replaced' },
    run: async (world, meter) => {
      world.playground.faults.voice.wrongEpochProposal(southGuild, southBot);
      return heals(world, meter, {});
    },
  },
  {
    name: 'stale-group',
    expected: `${backExpected} for somebody who came`,
    control: { guard: 'a stale group is noticed' },
    run: async (world) => {
      world.playground.faults.voice.withholdGroup(southGuild, southBot);
      const sinceMs = wallMs();
      const newcomer = new AudioMeter(await world.playground.as(sol, southGuild).listen(places.lounge));
      try {
        return await heals(world, newcomer, { bitesWithinMs: 500 }, sinceMs);
      } finally {
        newcomer.leave();
      }
    },
  },
];

const people: VoiceFault[] = [
  {
    name: 'kick',
    expected: 'gone for good, in the audit with who may restart it',
    control: { guard: 'a kick is a kick' },
    run: async (world) => {
      world.playground.faults.kickFromVoice(southGuild, southBot);
      return staysKicked(world);
    },
  },
  {
    name: 'kick-when-alone',
    expected: 'gone for good, though Discord says 4022',
    control: { guard: 'a kick is a kick' },
    run: async (world, meter) => {
      meter.leave();
      await pause(300);
      world.playground.faults.kickFromVoice(southGuild, southBot, 4022);
      return staysKicked(world);
    },
  },
  {
    name: 'move-follow',
    expected: `${backExpected}, in the new channel`,
    control: { guard: 'a move is waited for' },
    run: async (world) => moves(world, 'follow', places.den),
  },
  {
    name: 'move-return',
    expected: `${backExpected}, in the old channel`,
    control: { guard: 'moved back' },
    run: async (world) => moves(world, 'return', places.lounge),
  },
  {
    name: 'suppress',
    expected: 'speaks again by itself within 3 s',
    control: { guard: 'speaks again on a stage' },
    channelId: places.stage,
    run: async (world) => {
      const sinceMs = wallMs();
      world.playground.faults.suppress(southGuild, southBot, true);
      await until('speech', async () => world.botState()?.suppress === false, healedWithinMs).catch(() => {});
      const audioBackMs = world.botState()?.suppress === false ? Math.round(wallMs() - sinceMs) : undefined;
      return { audioBackMs, ok: audioBackMs !== undefined };
    },
  },
  ...(['mute', 'deaf'] as const).map((what) => ({
    name: what === 'mute' ? 'server-mute' : 'server-deafen',
    expected: 'noticed and shown; no rejoin',
    control: { guard: 'hindrances are noticed' },
    run: async (world: FaultWorld, meter: AudioMeter) => {
      world.playground.faults.moderate(southGuild, southBot, { [what]: true });
      await pause(700);
      const said = what === 'mute' ? /Muted/ : /deafened/;
      const text = await world.showRelay();
      world.playground.faults.moderate(southGuild, southBot, { [what]: false });
      if (!said.test(text)) return { audioBackMs: 0, ok: false, problem: `status: ${text.slice(0, 200)}` };
      return heals(world, meter, { atMostMs: unheardMs, disturbancesMax: 0 });
    },
  })),
  {
    name: 'channel-full',
    expected: 'told so at once, with what to do; the relay before it plays on',
    control: { guard: 'a full channel is told' },
    run: async (world, meter) => {
      const occupant = await world.playground.as(sol, southGuild).listen(places.booth);
      try {
        const said = await say(
          world.sol,
          `/relay start broadcast:"${world.reference}" channel:${places.booth}`,
        );
        if (!said.includes('RELAY_CHANNEL_FULL'))
          return { audioBackMs: null, ok: false, problem: `said: ${said.slice(0, 200)}` };
        return await heals(world, meter, { atMostMs: unheardMs, bitesWithinMs: 1_000, disturbancesMax: 0 });
      } finally {
        occupant.leave();
      }
    },
  },
];

async function staysKicked(world: FaultWorld): Promise<FaultOutcome> {
  const rowsBefore = world.auditRows('relay.kicked').length;
  const outcome = await rests(world, /Nothing plays here/);
  if (!outcome.ok) return outcome;
  const [row] = world.auditRows('relay.kicked').slice(-1);
  const audited =
    rowsBefore + 1 >= world.auditRows('relay.kicked').length && row?.input.includes('mayRestart');
  return audited
    ? outcome
    : { audioBackMs: null, ok: false, problem: 'no audit row says who may restart it' };
}

async function moves(world: FaultWorld, onMove: string, heardIn: string): Promise<FaultOutcome> {
  await say(world.sol, `/relay settings on-move:${onMove}`);
  // The setting counts from the next join on.
  await world.stopRelay();
  const meter = await world.playIn(places.lounge);
  const there = heardIn === meter.listener.channelId ? meter : await listenAs(world, heardIn);
  try {
    const sinceMs = wallMs();
    world.playground.faults.moveInVoice(southGuild, southBot, places.den);
    const outcome = await heals(world, there, {}, sinceMs);
    const inPlace = world.botState()?.channel_id === heardIn;
    return inPlace ? outcome : { ...outcome, ok: false, problem: 'the bot is in another channel' };
  } finally {
    if (there !== meter) there.leave();
  }
}

async function listenAs(world: FaultWorld, channelId: string): Promise<AudioMeter> {
  return new AudioMeter(await world.playground.as(sol, southGuild).listen(channelId));
}

let ordered = 0;

const processes: VoiceFault[] = [
  {
    name: 'worker-crash',
    expected: backExpected,
    control: { guard: 'a dead worker is replaced' },
    run: async (world, meter) => {
      world.meddle({ crash: { number: ++ordered } });
      return heals(world, meter, {});
    },
  },
  {
    name: 'kill-9',
    expected: `audio back within ${restartedWithinMs / 1_000} s`,
    control: { guard: 'relays are restored' },
    run: async (world, meter) => {
      const sinceMs = wallMs();
      world.south.kill('SIGKILL');
      await world.south.ended;
      await world.startSouth();
      return heals(world, meter, { atMostMs: restartedWithinMs }, sinceMs);
    },
  },
  {
    name: 'source-stall',
    expected: `${backExpected} of the source’s going on`,
    control: { guard: 'a dry buffer gathers anew' },
    run: async (world, meter) => {
      world.north.kill('SIGSTOP');
      await pause(2_000);
      world.north.kill('SIGCONT');
      return heals(world, meter, { disturbancesMax: 0 });
    },
  },
  {
    name: 'source-kill-9',
    expected: `audio back within ${restartedWithinMs / 1_000} s`,
    control: { guard: 'a lost source is asked again' },
    run: async (world, meter) => {
      const sinceMs = wallMs();
      world.north.kill('SIGKILL');
      await world.north.ended;
      await world.startNorth();
      return heals(world, meter, { atMostMs: restartedWithinMs, disturbancesMax: 0 }, sinceMs);
    },
  },
  ...[3_000, -3_000].map((stepMs) => ({
    name: stepMs > 0 ? 'wall-clock-3-s-forward' : 'wall-clock-3-s-back',
    expected: 'unheard',
    control: { guard: stepMs > 0 ? 'time is monotonic, and its jumps are skipped' : 'time is monotonic' },
    run: async (world: FaultWorld, meter: AudioMeter) => {
      world.meddle({ stepMs });
      const outcome = await heals(world, meter, {
        atMostMs: unheardMs,
        bitesWithinMs: 3_000,
        disturbancesMax: 0,
      });
      world.meddle({ stepMs: 0 });
      return outcome;
    },
  })),
  {
    name: 'main-thread-stall-7-s',
    expected: `${backExpected} of its end, by the same connection`,
    control: { guard: 'a stall of the hub isn’t held against the worker' },
    run: async (world, meter) => {
      world.meddle({ stall: { number: ++ordered, forMs: 7_000 } });
      await pause(7_050);
      return heals(world, meter, { disturbancesMax: 0 });
    },
  },
];

export const voiceFaults: readonly VoiceFault[] = [
  ...closesThatHeal(),
  ...closesThatDoNot(),
  ...servers,
  ...gateway,
  ...network,
  ...group,
  ...people,
  ...processes,
];
