import { describe, expect, test } from 'vitest';
import { StreamPlayer } from '#audio/voice/worker/stream-player.ts';
import type { VoiceLink } from '#audio/voice/worker/voice-link.ts';
import { concealed } from '#audio/voice/worker/voice-transport.ts';
import { Volumes } from '#audio/voice/worker/volumes.ts';
import { BusyClock } from '../../../support/busy-clock.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

type Turn = number | 'silence' | 'concealed';

/** Takes turns as a ready link does, and remembers them. */
class Taker {
  readonly turns: Turn[] = [];
  /** The numbers of the turns. */
  readonly numbers: number[] = [];
  readonly link: VoiceLink;

  constructor(guildId: string) {
    const play = (payload: Buffer | undefined, turn: number) => {
      this.numbers.push(turn);
      if (payload === undefined) this.turns.push('silence');
      else this.turns.push(payload === concealed ? 'concealed' : (payload[0] as number));
      return payload !== undefined && payload !== concealed;
    };
    const link = {
      join: { guildId },
      play,
      connectionState: 'ready',
      e2ee: true,
      rejoinCount: 0,
      closeCodes: {},
    };
    this.link = link as unknown as VoiceLink;
  }
}

function setUp(guilds: string[], clock = new FakeClock()) {
  const delay = { startMs: 400, floorMs: 400, ceilingMs: 2_000 };
  const volumes = new Volumes({
    loadCodec: () => Promise.reject(new Error('no codec here')),
    warn: () => {},
  });
  const player = new StreamPlayer({ clock, volumes }, { delay });
  player.open('north');
  let sequence = 0;
  const push = (count: number) => {
    for (let index = 0; index < count; index++, sequence++) {
      const payload = new Uint8Array([sequence & 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
      player.push('north', { streamId: 1, sequence, captureTimeMs: clock.nowMs(), payload });
    }
  };
  const takers = guilds.map((guildId) => new Taker(guildId));
  const seatAll = () => {
    for (const { link } of takers) player.seat(link, 'north');
  };
  /** A live source: a frame for each turn. */
  const live = async (turns: number) => {
    for (let turn = 0; turn < turns; turn++) {
      push(1);
      await clock.advance(20);
    }
  };
  return { clock, player, push, takers, seatAll, live };
}

describe('stream player', () => {
  test('gives every channel the same frame in the same turn', async () => {
    const { takers, seatAll, live, push } = setUp(['1', '2']);
    seatAll();
    push(19);
    await live(50);
    expect(takers[0]?.turns).toEqual(takers[1]?.turns);
    expect(takers[0]?.turns.slice(0, 30)).toEqual(Array.from({ length: 30 }, (_, index) => index));
  });

  test('hears nothing of the wall clock, whichever way it steps', async () => {
    const { clock, takers, seatAll, live, push } = setUp(['1']);
    seatAll();
    push(19);
    await live(50);
    for (const stepMs of [-3_000, 3_000, 3_000, -3_000]) {
      clock.stepWall(stepMs);
      await live(50);
    }
    const turns = takers[0]?.turns ?? [];
    expect(turns.length).toBeGreaterThanOrEqual(250);
    expect(turns).toEqual(turns.map((_, index) => index & 255));
  });

  test('takes a turn every 20 ms whatever the source does: frames, then concealment, then silence', async () => {
    const { clock, takers, seatAll, push } = setUp(['1']);
    seatAll();
    push(20);
    await clock.advance(3_000);
    const turns = takers[0]?.turns ?? [];
    expect(turns).toHaveLength(151);
    expect(turns.filter((turn) => typeof turn === 'number')).toHaveLength(20);
    const lastFrame = turns.findLastIndex((turn) => typeof turn === 'number');
    expect(turns.slice(lastFrame + 1, lastFrame + 6)).toEqual(new Array(5).fill('concealed'));
    expect(new Set(turns.slice(lastFrame + 6))).toEqual(new Set(['silence']));
  });

  test.each([120, 170])(
    'doubles and loses nothing but skipped turns when busy %i of 200 ms',
    async (busyMs) => {
      const clock = new BusyClock({ busyMs, everyMs: 200 });
      const { takers, seatAll, push, player } = setUp(['1'], clock);
      // A live source whose frames lie at the port until the thread has time to read them.
      let pushedCount = 0;
      const read = () => {
        const dueCount = Math.floor(clock.monotonicMs() / 20) + 20;
        push(dueCount - pushedCount);
        pushedCount = dueCount;
        clock.after(1, read);
      };
      read();
      seatAll();
      await clock.advance(10_000);
      const { turns = [], numbers = [] } = takers[0] ?? {};
      const frames = turns.filter((turn) => typeof turn === 'number');
      const steps = frames.slice(1).map((frame, index) => (frame - (frames[index] ?? 0)) & 255);
      const lostCount = steps.reduce((sum, step) => sum + step - 1, 0);
      const skippedCount = (numbers.at(-1) ?? 0) - numbers.length;
      expect(steps.every((step) => step >= 1 && step < 128)).toBe(true);
      expect(lostCount).toBeLessThanOrEqual(skippedCount);
      expect(numbers.at(-1)).toBeGreaterThanOrEqual(10_000 / 20 - 11);
      expect(player.status('1')?.framesPlayed).toBe(frames.length);
      expect(frames.length + skippedCount).toBeGreaterThan(450);
    },
  );

  test('plays the newest of a live stream at once to the first who comes, and nothing of a dead one', async () => {
    const fresh = setUp(['1']);
    await fresh.live(100);
    fresh.seatAll();
    await fresh.live(1);
    expect(fresh.takers[0]?.turns[0]).toBe(81);
    const stale = setUp(['1']);
    stale.push(30);
    await stale.clock.advance(2_000);
    stale.seatAll();
    await stale.clock.advance(500);
    expect(new Set(stale.takers[0]?.turns)).toEqual(new Set(['silence']));
  });

  test('parks the newest after five silence frames, brings the oldest back first, and disturbs nobody else', async () => {
    const { player, takers, seatAll, live, push } = setUp(['1', '2', '3']);
    seatAll();
    push(20);
    await live(30);
    player.park(2);
    await live(30);
    expect(player).toMatchObject({ playingCount: 1, parkedCount: 2 });
    expect(takers[1]?.turns.slice(-5)).toEqual(new Array(5).fill('silence'));
    expect(takers[1]?.turns.length).toBeLessThan((takers[0]?.turns.length ?? 0) - 20);
    expect(player.status('3')?.state).toBe('parked');
    player.bringBack(1);
    await live(10);
    expect(player.status('2')?.state).toBe('playing');
    expect(player.status('3')?.state).toBe('parked');
    expect(takers[1]?.turns.at(-1)).toBe(takers[0]?.turns.at(-1));
    expect(takers[0]?.turns).not.toContain('silence');
  });
});
