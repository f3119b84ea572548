import { describe, expect, test } from 'vitest';
import { isSilence } from '#audio/opus/toc.ts';
import { SourceChain, type SourceChainInit } from '#audio/source/chain/source-chain.ts';
import type { AudioSource, SourceEvent, SourceFrame, SourceSwitch } from '#audio/source/contract.ts';
import { OpenedSource } from '#audio/source/opened-source.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { rejection } from '../../../support/rejection.ts';
import { until } from '../../support/harness.ts';
import { opusPacket } from '../../support/ogg-pages.ts';

const clock = systemClock();
const { signal } = new AbortController();

/** A radio that the test lets give, stall, fail. */
class Station {
  gives = true;
  openable = true;
  openCount = 0;
  closedCount = 0;
  /** Said with the next frame. */
  missedCount = 0;
  readonly name: string;
  readonly #mark: number;

  constructor(name: string, mark: number) {
    this.name = name;
    this.#mark = mark;
  }

  source(onEvent: (event: SourceEvent) => void): AudioSource {
    return new OpenedSource(
      { clock },
      {
        name: this.name,
        open: async (stopped) => {
          if (!this.openable) throw new Error('not on the air');
          this.openCount++;
          onEvent({ kind: 'title', title: `on ${this.name}` });
          return {
            facts: { title: this.name, pace: 'radio', passedThrough: true },
            frames: this.#frames(stopped),
            close: () => {},
          };
        },
      },
    );
  }

  async *#frames(stopped: AbortSignal): AsyncGenerator<SourceFrame> {
    try {
      while (!stopped.aborted && this.openable) {
        const { missedCount } = this;
        if (this.gives) {
          this.missedCount = 0;
          yield { payload: opusPacket(this.#mark), ...(missedCount > 0 && { missedCount }) };
        }
        await clock.sleep(20, stopped).catch(() => {});
      }
    } finally {
      this.closedCount++;
    }
  }
}

function chainOf(stations: Station[], init: Partial<SourceChainInit> = {}) {
  const switches: SourceSwitch[] = [];
  const heard: {
    from: number;
    filler: boolean;
    atMs: number;
    title: string | undefined;
    missedCount: number | undefined;
  }[] = [];
  const chain = new SourceChain(
    { clock, chance: { ...systemChance(), fraction: () => 0.2 }, logger: silentLogger() },
    {
      names: stations.map(({ name }) => name),
      open: (name, onEvent) => stations.find((each) => each.name === name)!.source(onEvent),
      onSwitch: (event) => switches.push(event),
      ...{ loop: false, patient: false, openTimeoutMs: 2_000, idleTimeoutMs: 2_000 },
      ...{ stallTimeoutMs: 600, returnAfterMs: 700, ...init },
    },
  );
  const reading = async () => {
    for await (const { payload, filler, missedCount, playing } of chain.frames()) {
      const title = playing && `${playing.name}: ${playing.title}`;
      heard.push({
        from: payload[2] ?? 0,
        filler: filler === true,
        atMs: performance.now(),
        title,
        missedCount,
      });
      if (filler) expect(isSilence(payload)).toBe(true);
      await clock.sleep(20);
    }
  };
  const from = (mark: number) => heard.filter((each) => each.from === mark && !each.filler).length;
  return { chain, switches, heard, reading, from };
}

describe('a chain of sources', () => {
  test('goes on with the next within a second of the time-out, fills the gap, and comes back', async () => {
    const [one, two] = [new Station('one', 1), new Station('two', 2)];
    const { chain, switches, from, heard, reading } = chainOf([one, two]);
    expect(await chain.start(signal)).toMatchObject({ title: 'one' });
    const done = reading();
    await until(() => from(1) > 10);
    expect(two.openCount).toBe(0);
    one.gives = false;
    const stalledAtMs = performance.now();
    await until(() => from(2) > 3);
    const first = heard.find((each) => each.from === 2 && !each.filler)!;
    expect(first.atMs - stalledAtMs).toBeGreaterThan(550);
    expect(first.atMs - stalledAtMs).toBeLessThan(600 + 1_000);
    expect(chain.inUse.name).toBe('two');
    // Not one slot of the gap is empty: silence stands in for each, but for the first two.
    const gap = heard.filter(({ atMs }) => atMs > stalledAtMs && atMs < first.atMs);
    expect(gap.filter(({ filler }) => filler).length).toBeGreaterThan(15);
    one.gives = true;
    await until(() => chain.inUse.name === 'one', 8_000);
    const before = from(1);
    await until(() => from(1) > before + 10);
    expect(switches).toMatchObject([
      { from: 'one', to: 'two', why: 'stalled' },
      { from: 'two', to: 'one', why: 'back' },
    ]);
    // Each frame says what plays with it, whichever source takes over; silence says nothing.
    expect(new Set(heard.map(({ title }) => title))).toEqual(
      new Set(['one: on one', undefined, 'two: on two']),
    );
    for (const { from, title } of heard.filter(({ filler }) => !filler))
      expect(title).toBe(from === 1 ? 'one: on one' : 'two: on two');
    await until(() => two.closedCount === two.openCount);
    chain.stop();
    await done;
    await until(() => one.closedCount === one.openCount);
  });

  test('takes silence that it filled in off what a source says it missed meanwhile', async () => {
    const [one, two] = [new Station('one', 1), new Station('two', 2)];
    const { chain, heard, reading } = chainOf([one, two]);
    await chain.start(signal);
    const done = reading();
    await until(() => heard.length > 3);
    one.gives = false;
    await until(() => heard.filter(({ filler }) => filler).length > 3);
    one.missedCount = 100;
    one.gives = true;
    await until(() => heard.some(({ missedCount }) => missedCount !== undefined));
    const said = heard.findIndex(({ missedCount }) => missedCount !== undefined);
    const filledCount = heard.slice(0, said).filter(({ filler }) => filler).length;
    expect(heard[said]?.missedCount).toBe(100 - filledCount);
    chain.stop();
    await done;
  });

  test('starts with the next when the first can’t be opened, and takes the first as soon as it is well', async () => {
    const [one, two] = [new Station('one', 1), new Station('two', 2)];
    one.openable = false;
    const { chain, from, reading } = chainOf([one, two]);
    expect(await chain.start(signal)).toMatchObject({ title: 'two' });
    const done = reading();
    await until(() => from(2) > 5);
    expect(chain.entries()).toMatchObject([{ problem: { code: 'AUDIO_SOURCE_LOST' } }, { state: 'flowing' }]);
    one.openable = true;
    await until(() => from(1) > 5, 10_000);
    chain.stop();
    await done;
  });

  test('says why, by the first, when none can be opened; a patient one goes on trying', async () => {
    const [one, two] = [new Station('one', 1), new Station('two', 2)];
    one.openable = false;
    two.openable = false;
    const failed = chainOf([one, two]);
    expect(await rejection(failed.chain.start(signal))).toMatchObject({ details: { source: 'one' } });
    const patient = chainOf([one, two], { patient: true });
    const starting = patient.chain.start(signal);
    setTimeout(() => {
      two.openable = true;
    }, 300);
    expect(await starting).toMatchObject({ title: 'two' });
    patient.chain.stop();
  });

  test('with one source puts nothing in its pauses', async () => {
    const one = new Station('one', 1);
    const { chain, from, heard, reading } = chainOf([one], { idleTimeoutMs: 500 });
    await chain.start(signal);
    const done = reading();
    await until(() => from(1) > 5);
    one.gives = false;
    await until(() => one.closedCount === 1);
    one.gives = true;
    await until(() => from(1) > 20);
    expect(heard.every(({ filler }) => !filler)).toBe(true);
    chain.stop();
    await done;
  });
});

describe('the next source, when somebody asks', () => {
  test('is heard at once without a gap, after the last the first, and no better one is taken back', async () => {
    const [one, two] = [new Station('one', 1), new Station('two', 2)];
    const { chain, switches, from, heard, reading } = chainOf([one, two], { returnAfterMs: 100 });
    await chain.start(signal);
    const done = reading();
    await until(() => from(1) > 5);
    expect(await chain.next(signal)).toBe(true);
    expect(chain.inUse.name).toBe('two');
    // Ten times as long as it takes to come back automatically.
    await until(() => from(2) > 50);
    expect(chain.inUse.name).toBe('two');
    expect(await chain.next(signal)).toBe(true);
    expect(chain.inUse.name).toBe('one');
    expect(switches).toEqual([
      { from: 'one', to: 'two', why: 'asked' },
      { from: 'two', to: 'one', why: 'asked' },
    ]);
    expect(heard.some(({ filler }) => filler)).toBe(false);
    chain.stop();
    await done;
  });

  test('is left when it gives nothing; then the order of preference holds again', async () => {
    const stations = [new Station('one', 1), new Station('two', 2), new Station('three', 3)];
    const { chain, switches, from, reading } = chainOf(stations);
    await chain.start(signal);
    const done = reading();
    await until(() => from(1) > 5);
    await chain.next(signal);
    stations[0]!.openable = false;
    await until(() => from(2) > 5);
    stations[1]!.gives = false;
    await until(() => chain.inUse.name === 'three', 8_000);
    stations[0]!.openable = true;
    await until(() => chain.inUse.name === 'one', 10_000);
    const reasons = switches.map(({ why }) => why);
    expect(reasons).toMatchObject(['asked', expect.stringMatching(/stalled|lost/), 'back']);
    chain.stop();
    await done;
  });

  test('passes over those that can’t be opened; with none left, and after a stop, the answer is no', async () => {
    const stations = [new Station('one', 1), new Station('two', 2), new Station('three', 3)];
    const { chain, from, reading } = chainOf(stations);
    await chain.start(signal);
    const done = reading();
    stations[1]!.openable = false;
    expect(await chain.next(signal)).toBe(true);
    expect(chain.inUse.name).toBe('three');
    stations[0]!.openable = false;
    await until(() => stations[0]!.closedCount === stations[0]!.openCount);
    const before = from(3);
    expect(await chain.next(signal)).toBe(false);
    await until(() => from(3) > before + 5);
    const waiting = chain.next(AbortSignal.timeout(20_000));
    chain.stop();
    expect(await waiting).toBe(false);
    expect(await chain.next(signal)).toBe(false);
    await done;
  });

  test('need not be waited for', async () => {
    const stations = [new Station('one', 1), new Station('two', 2)];
    const { chain, reading } = chainOf(stations);
    await chain.start(signal);
    const done = reading();
    stations[1]!.gives = false;
    const asking = new AbortController();
    const answer = rejection(chain.next(asking.signal));
    asking.abort(new Error('enough'));
    expect(await answer).toMatchObject({ message: 'enough' });
    stations[1]!.gives = true;
    await clock.sleep(300);
    expect(chain.inUse.name).toBe('one');
    chain.stop();
    await done;
  });
});
