import type { GatewayVoiceStateUpdateData } from 'discord-api-types/v10';
import { afterEach, describe, expect, test } from 'vitest';
import type { FromWorker, ToWorker } from '#audio/voice/protocol.ts';
import { createVoiceEngine } from '#audio/voice/voice-engine.ts';
import type { WorkerThread } from '#audio/voice/worker-supervisor.ts';
import type { GuildDirectory } from '#contracts/discord.ts';
import { systemChance } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** A worker that is ready at once wherever it is sent, and dies on request. */
class ObedientWorker implements WorkerThread {
  readonly told: ToWorker[] = [];
  #tell: (message: FromWorker) => void = () => {};
  #exit: (code: number) => void = () => {};

  postMessage(message: ToWorker): void {
    this.told.push(message);
    if (message.type === 'join')
      this.say({ type: 'joined', guildId: message.join.guildId, joinId: message.join.joinId });
    if (message.type === 'leave') this.say({ ...message, type: 'left' });
  }

  on(event: string, listener: never): void {
    if (event === 'message') this.#tell = listener;
    if (event === 'exit') this.#exit = listener;
  }

  async terminate(): Promise<void> {}

  say(message: FromWorker): void {
    queueMicrotask(() => this.#tell(message));
  }

  die(guildId?: string): void {
    this.#tell({ type: 'crash', error: 'out of a handler', guildId });
    this.#exit(1);
  }

  get joined(): string[] {
    return this.told.filter((message) => message.type === 'join').map(({ join }) => join.guildId);
  }

  get frameCount(): number {
    return this.told.filter(({ type }) => type === 'frames').length;
  }
}

const requests: GatewayVoiceStateUpdateData[] = [];
afterEach(() => requests.splice(0));

function setUp(workersMax: number, channelsBeforeNextWorker: number) {
  const workers: ObedientWorker[] = [];
  const clock = new FakeClock();
  const gateway = {
    attach: () => ({
      send: (payload: GatewayVoiceStateUpdateData) => requests.push(payload) > 0,
      detach() {},
    }),
  };
  const guilds = { voiceChannel: () => undefined } as unknown as GuildDirectory;
  const engine = createVoiceEngine(
    {
      ...{ gateway, guilds, clock, chance: systemChance(), logger: silentLogger() },
      launchWorker: () => {
        const worker = new ObedientWorker();
        workers.push(worker);
        return worker;
      },
    },
    {
      delay: { startMs: 400, floorMs: 400, ceilingMs: 2_000 },
      ...{
        joinTimeoutMs: 5_000,
        secureTimeoutMs: 5_000,
        rejoinsMax: 4,
        workersMax,
        channelsBeforeNextWorker,
      },
    },
  );
  const stream = engine.openStream('north');
  const join = (guildId: string) =>
    engine.join(
      { guildId, channelId: `1${guildId}`, streamKey: 'north', kind: 'voice' },
      AbortSignal.timeout(5_000),
    );
  return { engine, stream, join, workers, clock };
}

describe('several voice workers', () => {
  test('are launched one by one as channels come, and share them evenly', async () => {
    const { join, workers } = setUp(3, 2);
    for (const guild of ['1', '2']) await join(guild);
    expect(workers).toHaveLength(1);
    for (const guild of ['3', '4', '5', '6', '7', '8', '9']) await join(guild);
    expect(workers.map(({ joined }) => joined.length)).toEqual([3, 3, 3]);
  });

  test('are launched before there are many channels where turns take long', async () => {
    const { join, workers } = setUp(2, 100);
    await join('1');
    workers[0]?.say({ type: 'load', overloaded: false, turnShare: 0.64 });
    await Promise.resolve();
    await join('2');
    expect(workers).toHaveLength(1);
    workers[0]?.say({ type: 'load', overloaded: false, turnShare: 0.65 });
    await Promise.resolve();
    await join('3');
    expect(workers.map(({ joined }) => joined)).toEqual([['1', '2'], ['3']]);
  });

  test('all get the frames, once each', async () => {
    const { join, workers, stream } = setUp(2, 1);
    await join('1');
    await join('2');
    stream.frame({ streamId: 1, sequence: 0, captureTimeMs: 0, payload: new Uint8Array(3) });
    expect(workers.map(({ frameCount }) => frameCount)).toEqual([1, 1]);
  });

  test('that are launched later begin with the newest frames, as many as start the sound', async () => {
    const { join, workers, stream, clock, engine } = setUp(2, 1);
    const frame = (sequence: number) => ({
      ...{ streamId: 1, sequence, captureTimeMs: 0, payload: new Uint8Array(3) },
    });
    for (let sequence = 0; sequence < 50; sequence++) {
      await clock.advance(20);
      stream.frame(frame(sequence));
    }
    expect([engine.burstMs, engine.delayMs]).toEqual([600, 400]);
    await join('1');
    const first = workers[0]?.told.flatMap((message) => (message.type === 'frames' ? message.frames : []));
    expect(first?.map((keyed) => keyed.frame.sequence)).toEqual(
      Array.from({ length: 30 }, (_, index) => 20 + index),
    );
  });

  test('take over the channels of one that dies, but for the one it died of', async () => {
    const { join, workers, clock } = setUp(2, 1);
    const sessions = [await join('1'), await join('2'), await join('3')];
    expect(workers.map(({ joined }) => joined)).toEqual([['1', '3'], ['2']]);
    workers[0]?.die('3');
    expect(workers[1]?.joined).toEqual(['2', '1']);
    expect(workers[1]?.told.at(-1)).toMatchObject({ join: { leaveFirst: true } });
    expect(sessions[0]?.status()).toMatchObject({ state: 'reconnecting', rejoinCount: 1 });
    await clock.advance(1_000);
    expect(workers[2]?.joined).toEqual(['3']);
    await sessions[0]?.leave();
    expect(workers[1]?.told.at(-1)).toMatchObject({ type: 'leave', guildId: '1' });
  });

  test('keep a guild where it is when it changes its channel', async () => {
    const { join, workers } = setUp(2, 1);
    await join('1');
    await join('2');
    await join('2');
    expect(workers.map(({ joined }) => joined)).toEqual([['1'], ['2', '2']]);
  });

  test('that are overloaded get no more channels; when all are, a join is refused', async () => {
    const { join, workers } = setUp(2, 1);
    await join('1');
    await join('2');
    workers[0]?.say({ type: 'load', overloaded: true, turnShare: 0.9 });
    await Promise.resolve();
    for (const guild of ['3', '4']) await join(guild);
    expect(workers[1]?.joined).toEqual(['2', '3', '4']);
    workers[1]?.say({ type: 'load', overloaded: true, turnShare: 0.9 });
    await Promise.resolve();
    await expect(join('5')).rejects.toMatchObject({ code: 'VOICE_OVERLOADED' });
    workers[0]?.say({ type: 'load', overloaded: false, turnShare: 0.3 });
    await Promise.resolve();
    await join('7');
    expect(workers[0]?.joined).toEqual(['1', '7']);
  });

  test('tell why a session fell silent, each time', async () => {
    const { join, workers } = setUp(1, 1);
    const session = await join('1');
    const heard: string[] = [];
    session.onParked(({ code }) => heard.push(code));
    const status = { ...session.status(), state: 'parked' as const };
    const say = (state: 'parked' | 'playing') =>
      workers[0]?.say({
        type: 'status',
        sessions: [{ guildId: '1', joinId: 1, status: { ...status, state } }],
      });
    for (const state of ['parked', 'parked', 'playing', 'parked'] as const) say(state);
    await Promise.resolve();
    expect(heard).toEqual(['VOICE_PARKED', 'VOICE_PARKED']);
    expect(session.status().state).toBe('parked');
  });
});
