import { ids } from '#demo/north-and-south.ts';
import { say, until } from '../../process/support/two-communities.ts';
import { AudioMeter, pause, wallMs } from './audio-meter.ts';
import { type FaultWorld, places } from './fault-world.ts';
import {
  backExpected,
  type FaultOutcome,
  healedWithinMs,
  heals,
  rests,
  unheardMs,
  type VoiceFault,
} from './outcome.ts';

const { southBot, southGuild, sol } = ids;

export const peopleFaults: VoiceFault[] = [
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
    control: { guard: 'a move is followed' },
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
    expected: `noticed and shown; ${what === 'mute' ? `${backExpected} of its end` : 'unheard'}; no rejoin`,
    control: { guard: 'hindrances are noticed' },
    run: async (world: FaultWorld, meter: AudioMeter) => {
      world.playground.faults.moderate(southGuild, southBot, { [what]: true });
      await pause(700);
      const said = what === 'mute' ? /Muted/ : /deafened/;
      const text = await world.showRelay();
      world.playground.faults.moderate(southGuild, southBot, { [what]: false });
      if (!said.test(text)) return { audioBackMs: 0, ok: false, problem: `status: ${text.slice(0, 200)}` };
      const atMostMs = what === 'mute' ? healedWithinMs : unheardMs;
      return heals(world, meter, { atMostMs, disturbancesMax: 0 });
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
