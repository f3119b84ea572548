import type { OwnBroadcasts } from '#audio/broadcast/own-broadcasts.ts';
import type { QueueLine, SoundEnd, WantedSound } from '#audio/player/contract.ts';
import { PlayerSound, type PlayerSoundComponents, type PlayerSoundInit } from '#audio/player/player-sound.ts';
import type { ItemFacts, SourceFrame, SourcePace, SourceRequest } from '#audio/source/contract.ts';
import { OpenedSource } from '#audio/source/opened-source.ts';
import type { Frame } from '#contracts/audio.ts';
import { type Clock, systemChance } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { opusPacket } from '../support/ogg-pages.ts';

type Queued = Omit<WantedSound, 'turn' | 'startAtMs'>;

/** A queue that a test fills: the first item is wanted, what ended goes. */
export class TestLine implements QueueLine {
  readonly ends: { itemId: string; end: SoundEnd }[] = [];
  readonly heardMs: number[] = [];
  readonly facts = new Map<string, ItemFacts>();
  items: Queued[];
  paused = false;
  turn = 1;
  startAtMs = 0;
  readonly #listeners = new Set<() => void>();

  constructor(...sources: string[]) {
    this.items = sources.map((source) => ({ itemId: `item-${source}`, source }));
  }

  wanted(): WantedSound | undefined {
    const [item] = this.items;
    return item && !this.paused ? { ...item, turn: this.turn, startAtMs: this.startAtMs } : undefined;
  }

  held(): boolean {
    return this.paused;
  }

  following(): Queued | undefined {
    return this.items[1];
  }

  learned(itemId: string, facts: ItemFacts): void {
    this.facts.set(itemId, facts);
  }

  heard(turn: number, positionMs: number): void {
    if (turn === this.turn) this.heardMs.push(positionMs);
  }

  ended(turn: number, end: SoundEnd): void {
    if (turn !== this.turn) throw new Error(`turn ${turn} ended, and ${this.turn} is wanted`);
    this.ends.push({ itemId: this.items[0]?.itemId ?? '', end });
    this.#next();
  }

  onTurn(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  add(...sources: string[]): void {
    this.items.push(...new TestLine(...sources).items);
    this.#tell();
  }

  skip(): void {
    this.#next();
    this.#tell();
  }

  seek(startAtMs: number): void {
    this.turn++;
    this.startAtMs = startAtMs;
    this.#tell();
  }

  pause(paused: boolean): void {
    this.paused = paused;
    this.turn++;
    this.startAtMs = this.heardMs.at(-1) ?? 0;
    this.#tell();
  }

  #next(): void {
    this.items = this.items.slice(1);
    this.turn++;
    this.startAtMs = 0;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export interface TestSource {
  /** Frames that it gives; by default it never ends. */
  count?: number;
  pace?: SourcePace;
  /** It can't be opened, or breaks off after its frames. */
  fails?: boolean;
  /** It opens after this. */
  opensAfterMs?: number;
  facts?: ItemFacts;
}

/** Sources by name; the third byte of each payload is the first letter of its name, the fourth the frame's number. */
export function testSources(clock: Clock, known: Readonly<Record<string, TestSource>>) {
  const opened: SourceRequest[] = [];
  let openCount = 0;
  const source = (request: SourceRequest) =>
    new OpenedSource(
      { clock },
      {
        name: request.name,
        open: async (signal) => {
          if (request.queue?.name === request.name) return request.queue.open(request);
          const { count = 1e9, facts, fails, opensAfterMs = 0, pace = 'file' } = known[request.name] ?? {};
          opened.push(request);
          if (opensAfterMs > 0) await clock.sleep(opensAfterMs, signal);
          if (!known[request.name] || (fails && count === 1e9)) throw new Error('not there');
          openCount++;
          let isOpen = true;
          async function* frames(): AsyncGenerator<SourceFrame> {
            if (facts) request.onEvent({ kind: 'item', facts });
            for (let index = Math.floor((request.startAtMs ?? 0) / 20); index < count; index++) {
              if (pace === 'radio') await clock.sleep(20, signal);
              const payload = opusPacket(request.name.charCodeAt(0));
              payload[3] = index & 255;
              yield { payload };
            }
            if (fails) throw new Error('broken off');
          }
          const close = () => {
            if (isOpen) openCount--;
            isOpen = false;
          };
          return { facts: { title: request.name, pace, passedThrough: true }, frames: frames(), close };
        },
      },
    );
  return { source, opened, openCount: () => openCount };
}

/** What a listener gets: letters of sources, `|` for a flush. */
export class Ear {
  text = '';
  numbers: number[] = [];
  readonly frames: Frame[] = [];
  readonly ends: string[] = [];
  burstMs: number | undefined;

  frame(frame: Frame): void {
    this.frames.push(frame);
    this.numbers.push(frame.payload[3] ?? 0);
    this.text += String.fromCharCode(frame.payload[2] ?? 0);
  }

  flush(): void {
    this.text += '|';
  }

  end(reason: string): void {
    this.ends.push(reason);
  }

  /** Runs of the same letter, each once: `aa|ab` is `ab`. */
  get order(): string {
    return this.text.replaceAll('|', '').replace(/(.)\1+/g, '$1');
  }
}

export function soundUnderTest(
  line: TestLine,
  known: Readonly<Record<string, TestSource>>,
  init: Partial<PlayerSoundInit> = {},
) {
  const clock = new FakeClock();
  const sources = testSources(clock, known);
  const players = new Set<unknown>();
  const own = {
    addPlayer: (broadcast: unknown) => players.add(broadcast),
    remove: (broadcast: unknown) => players.delete(broadcast),
  } as unknown as OwnBroadcasts;
  const components = { clock, chance: systemChance(), logger: silentLogger(), sources, own };
  let changeCount = 0;
  const sound = new PlayerSound(components as unknown as PlayerSoundComponents, {
    ...{ playerId: 'p1', guildId: '1', title: 'North', line, startedAtMs: 0, subscribersMax: 4 },
    ...{ openTimeoutMs: 8_000, idleTimeoutMs: 4_000, stallTimeoutMs: 3_000, returnAfterMs: 10_000 },
    ...{ homeDelayMs: 400, onChange: () => void changeCount++ },
    ...init,
  });
  sound.start();
  const ear = new Ear();
  const hear = (listener = ear) => sound.broadcast.subscribe(listener, () => true);
  return { clock, sound, ear, hear, players, changeCount: () => changeCount, ...sources };
}
