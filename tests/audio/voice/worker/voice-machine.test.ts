import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as limits from '#audio/voice/limits.ts';
import { closeTable } from '#audio/voice/worker/close-codes.ts';
import type { VoiceEvent } from '#audio/voice/worker/voice-machine-model.ts';
import { den, home, MachineWorld, rules } from '../support/machine-world.ts';

const codes = [1000, 1006, 4000, ...closeTable.map(({ code }) => code), 4999];

const ownState = (channelId: string | null): VoiceEvent => ({
  ...{ type: 'own-state', channelId, kind: 'voice' },
  ...{ suppressed: false, muted: false, deafened: false },
});

const surprise: fc.Arbitrary<VoiceEvent> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(...codes).map((code) => ({ type: 'session-closed' as const, code })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(1006, 4015).map((code) => ({ type: 'socket-closed' as const, code })),
  },
  {
    weight: 10,
    arbitrary: fc.constantFrom<VoiceEvent>(
      { type: 'sent' },
      { type: 'server-named' },
      { type: 'connecting' },
      { type: 'ready' },
      { type: 'endpoint-removed' },
      { type: 'gateway-lost' },
      { type: 'gateway-resumed' },
      { type: 'defect', what: 'group-outdated' },
      { type: 'defect', what: 'group-stale' },
      { type: 'defect', what: 'group-stuck' },
      { type: 'defect', what: 'packets-unencryptable' },
      ownState(home.channelId),
      ownState(den),
      ownState(null),
      { ...ownState(home.channelId), muted: true } as VoiceEvent,
    ),
  },
  fc.constantFrom<VoiceEvent>(
    { type: 'leave' },
    { type: 'silence-sent' },
    { type: 'abandon' },
    { type: 'mode-unsupported' },
  ),
);

/** A run of surprises, each after a while, in a Discord that answers sometimes, always or never. */
const story = fc.record({
  onMove: fc.constantFrom('follow' as const, 'return' as const),
  rejoinsMax: fc.integer({ min: 0, max: 5 }),
  answering: fc.constantFrom('always', 'never', 'sometimes' as const),
  seed: fc.integer(),
  steps: fc.array(
    fc.record({
      event: surprise,
      afterMs: fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 90_000 })),
    }),
    { maxLength: 25 },
  ),
});

function play({
  steps,
  ...init
}: typeof story extends fc.Arbitrary<infer Story> ? Story : never): MachineWorld {
  const world = new MachineWorld(init);
  world.tell({ type: 'start', leaveFirst: init.seed % 2 === 0 });
  for (const { event, afterMs } of steps) {
    world.pass(afterMs);
    world.tell(event);
  }
  return world;
}

describe('the voice machine, whatever comes', () => {
  test('never has two requests for the channel on their way', () => {
    fc.assert(
      fc.property(story, (told) => {
        expect(play(told).overlappingJoins).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  test('asks for nothing after a kick, a refusal or a farewell', () => {
    fc.assert(
      fc.property(story, (told) => {
        const world = play(told);
        world.pass(2 * limits.coolMsMax);
        expect(world.joinsAfterEnd).toBe(0);
        for (const kick of world.kicks) expect(world.joinsAtMs.filter((atMs) => atMs > kick)).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  test('asks only so often in any minute', () => {
    // The first, the capped rejoins, the returns; each connection that held a minute restores them.
    fc.assert(
      fc.property(story, (told) => {
        const world = play(told);
        world.pass(2 * limits.coolMsMax);
        const most = 2 * (1 + told.rejoinsMax + limits.returnsMax) + 1;
        expect(world.mostJoinsWithin(limits.connectionStableMs)).toBeLessThanOrEqual(most);
      }),
      { numRuns: 600 },
    );
  });

  test('ends ready, cooling or gone once Discord is well again', () => {
    fc.assert(
      fc.property(story, (told) => {
        const world = play(told);
        world.recover();
        world.pass(3 * rules.joinTimeoutMs + limits.endpointWaitMs + 2 * limits.rejoinDelayMsMax);
        // A cooling one may have asked just now, and is answered in a moment.
        if (world.state.phase === 'asking') world.pass(1_000);
        expect(['ready', 'cooling', 'over']).toContain(world.state.phase);
        if (world.state.phase !== 'cooling') return;
        world.pass(2 * limits.coolMsMax);
        expect(world.state.phase).toBe('ready');
      }),
      { numRuns: 600 },
    );
  });

  test('changes nothing but by its answer', () => {
    fc.assert(
      fc.property(story, surprise, (told, event) => {
        const world = play(told);
        const before = JSON.stringify(world.state);
        world.look(event);
        expect(JSON.stringify(world.state)).toBe(before);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the voice machine', () => {
  const ready = (init = {}) => {
    const world = new MachineWorld({ answering: 'always', seed: 1, ...init });
    world.tell({ type: 'start', leaveFirst: false });
    world.pass(200);
    expect(world.state.phase).toBe('ready');
    return world;
  };

  test.each(closeTable.map(({ code, decision }) => [code, decision.do] as const))(
    '%i at a ready connection: %s',
    (code, decision) => {
      const world = ready();
      world.tell({ type: 'session-closed', code });
      const expected = {
        ...{ rejoin: 'backing-off', resume: 'backing-off', stop: 'over', 'cool-down': 'cooling' },
        ...{ 'await-move': 'waiting', 'await-server': 'waiting' },
      };
      expect(world.state.phase).toBe(expected[decision]);
    },
  );

  test('waits longer from one attempt to the next, then pauses, then tries once', () => {
    const world = ready({ rejoinsMax: 3 });
    world.answering = 'refuses';
    world.tell({ type: 'session-closed', code: 4006 });
    world.pass(20_000);
    expect(world.state.phase).toBe('cooling');
    expect(world.joinsAtMs).toHaveLength(1 + 3);
    expect(world.state.problem?.code).toBe('VOICE_GAVE_UP');
    world.pass(limits.giveUpCoolMs);
    expect(world.joinsAtMs).toHaveLength(1 + 3 + 1);
    expect(world.state.phase).toBe('cooling');
    world.recover();
    world.pass(3 * limits.giveUpCoolMs);
    expect(world.state.phase).toBe('ready');
    world.pass(limits.connectionStableMs);
    expect(world.state).toMatchObject({ failureCount: 0, coolCount: 0, problem: undefined });
  });

  test('counts time from the request’s leaving, not from its waiting in the queue', () => {
    const world = new MachineWorld({ answering: 'queue', seed: 1 });
    world.tell({ type: 'start', leaveFirst: false });
    world.pass(20 * rules.joinTimeoutMs);
    expect(world.state.phase).toBe('asking');
    world.answering = 'never';
    world.tell({ type: 'sent' });
    world.pass(rules.joinTimeoutMs);
    expect(world.reports.at(-1)).toMatchObject({
      what: 'ended',
      kind: 'failed',
      because: 'VOICE_JOIN_TIMEOUT',
    });
  });

  test('tells who waits for the first join at once, instead of pausing', () => {
    const world = new MachineWorld({ answering: 'never', seed: 1 });
    world.tell({ type: 'start', leaveFirst: false });
    world.tell({ type: 'session-closed', code: 4021 });
    expect(world.reports).toMatchObject([{ what: 'ended', kind: 'failed', because: 'VOICE_RATE_LIMITED' }]);
  });

  test('follows a move, or goes back a few times', () => {
    const follower = ready();
    follower.tell(ownState(den));
    expect(follower.state.home.channelId).toBe(den);
    expect(follower.reports.at(-1)).toEqual({ do: 'report', what: 'moved', channelId: den });

    const returner = ready({ onMove: 'return' });
    for (let move = 1; move <= limits.returnsMax; move++) {
      returner.tell(ownState(den));
      expect(returner.state.phase).toBe('backing-off');
      returner.pass(limits.returnDelayMs + 200);
      expect([returner.state.phase, returner.state.home.channelId]).toEqual(['ready', home.channelId]);
    }
    returner.tell(ownState(den));
    expect(returner.state.home.channelId).toBe(den);
  });

  test('takes a kick for a kick also after a main session that was lost and resumed', () => {
    const world = ready();
    world.tell({ type: 'gateway-lost' });
    world.tell({ type: 'gateway-resumed' });
    world.tell(ownState(null));
    expect(world.reports.at(-1)).toMatchObject({ what: 'ended', kind: 'kicked' });
  });

  test('takes it for the end of the old session while the main session is lost', () => {
    const world = ready();
    world.tell({ type: 'gateway-lost' });
    world.tell(ownState(null));
    world.tell({ type: 'session-closed', code: 4014 });
    expect(world.state.phase).toBe('backing-off');
  });

  test('takes a 4014 for its consequence also when the loss of the main session shows later', () => {
    const world = ready();
    world.tell({ type: 'session-closed', code: 4014 });
    world.tell({ type: 'gateway-lost' });
    world.pass(1_000);
    expect(world.state.phase).toBe('ready');
  });

  test('advises another region when the group fails again and again', () => {
    const world = ready();
    for (let failure = 1; failure < limits.groupFailuresMax; failure++) {
      world.tell({ type: 'defect', what: 'group-stuck' });
      world.pass(5_000);
      expect(world.state.phase).toBe('ready');
    }
    world.tell({ type: 'defect', what: 'group-stuck' });
    expect(world.reports.at(-1)).toMatchObject({ what: 'cooling', because: 'VOICE_E2EE_STUCK' });
  });

  test('reports what keeps people from hearing it, once', () => {
    const world = ready();
    const muted = { ...ownState(home.channelId), muted: true } as VoiceEvent;
    for (const event of [muted, muted, ownState(home.channelId)]) world.tell(event);
    expect(world.reports.filter(({ what }) => what === 'hindered')).toEqual([
      { do: 'report', what: 'hindered', by: 'muted' },
      { do: 'report', what: 'hindered', by: undefined },
    ]);
  });
});
