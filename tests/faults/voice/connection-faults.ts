import { closeTable } from '#audio/voice/worker/close-codes.ts';
import { ids } from '#demo/north-and-south.ts';
import { until } from '../../process/support/two-communities.ts';
import { AudioMeter, pause, wallMs } from './audio-meter.ts';
import { type FaultWorld, places } from './fault-world.ts';
import { backExpected, heals, rests, unheardMs, type VoiceFault } from './outcome.ts';

const { southBot, southGuild, sol } = ids;

const close = (world: FaultWorld, code: number) =>
  world.playground.faults.voice.closeVoice(southGuild, southBot, code);

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
    control: { guard: 'another server is dialled' },
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
    control: { guard: 'a server taken away is waited for' },
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

export const connectionFaults: readonly VoiceFault[] = [
  ...closesThatHeal(),
  ...closesThatDoNot(),
  ...servers,
  ...gateway,
  ...network,
  ...group,
];
