import type { Audio } from '#audio/audio.ts';
import type { VoiceJoin, VoiceSession } from '#audio/voice-contract.ts';
import { relayStart, relayStatus } from '#contracts/actions/relay.ts';
import type { FrameSink } from '#contracts/audio.ts';
import type { Intent } from '#contracts/intents.ts';
import { GuildmeshError } from '#core/errors.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { standingsOf } from '../../support/standings.ts';
import { audioUnderTest, MemoryIntents, type Run } from './harness.ts';
import {
  CommunitiesPort,
  GuildsPort,
  RemotePort,
  type SessionPort,
  VoicePort,
  voiceChannel,
} from './ports.ts';

export const inA = { guildId: 'g1', channelId: 'a', broadcast: 'show@North' };

export function problem(code: string): GuildmeshError {
  return new GuildmeshError({ code, kind: 'remote', message: `${code}.`, next: 'Wait.', details: {} });
}

/** The people in the channels, as a test sets them. */
class PeoplePort {
  count = 0;
  readonly #listening = new Set<(guildId: string) => void>();

  listeners(): [] {
    return [];
  }

  listenerCount(): number {
    return this.count;
  }

  onChange(listener: (guildId: string) => void) {
    this.#listening.add(listener);
    return () => void this.#listening.delete(listener);
  }

  become(count: number): void {
    this.count = count;
    for (const listener of this.#listening) listener('g1');
  }
}

/** Each time that somebody is asked what they broadcast is one try of a relay. */
class AskedPort extends RemotePort {
  onAsked: () => void = () => {};
  /** Why nobody gets sound, although the offers are listed. */
  refusing: Error | undefined;

  override async list() {
    this.onAsked();
    return super.list();
  }

  override async subscribe(peerId: string, broadcastId: string, sink: FrameSink) {
    if (this.refusing) throw this.refusing;
    return super.subscribe(peerId, broadcastId, sink);
  }
}

class EnteredVoice extends VoicePort {
  onJoin: (channelId: string) => void = () => {};
  onLeave: (channelId: string) => void = () => {};
  /** While it is there, Discord doesn't answer. */
  silence: Promise<void> | undefined;
  /** The same for a session that leaves. */
  leaveSilence: Promise<void> | undefined;

  override async join(request: VoiceJoin, signal?: AbortSignal): Promise<VoiceSession> {
    if (this.silence) await Promise.race([this.silence, abortOf(signal)]);
    const session = await super.join(request);
    this.onJoin(request.channelId);
    const leave = session.leave.bind(session);
    session.leave = async () => {
      this.onLeave(request.channelId);
      await this.leaveSilence;
      await leave();
    };
    return session;
  }
}

function abortOf(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}

class WrittenIntents extends MemoryIntents {
  onWrite: (what: string) => void = () => {};

  override async put(intent: Intent): Promise<void> {
    this.onWrite(`put ${intent.key}`);
    await super.put(intent);
  }

  override async remove(kind: Intent['kind'], key: string): Promise<void> {
    this.onWrite(`remove ${key}`);
    await super.remove(kind, key);
  }
}

/** A relay service on a clock that the test moves; what it does is written down as `second what`. */
export class RelayDiary {
  readonly clock = new FakeClock();
  readonly voice = new EnteredVoice();
  readonly remote = new AskedPort();
  readonly communities = new CommunitiesPort();
  readonly guilds = new GuildsPort();
  readonly people = new PeoplePort();
  readonly standings = standingsOf('home');
  readonly intents: MemoryIntents;
  readonly audio: Audio;
  readonly run: Run;
  stageAnswer: 'speaking' | 'refused' = 'speaking';
  /** While it is there, Discord doesn't answer to a status. */
  statusSilence: Promise<void> | undefined;
  #lines: string[] = [];

  constructor(intents = new MemoryIntents()) {
    const written = new WrittenIntents();
    for (const [key, row] of intents.rows) written.rows.set(key, row);
    this.intents = written;
    for (const id of ['a', 'b']) this.guilds.channels.set(id, voiceChannel(id));
    this.guilds.channels.set('stage', voiceChannel('stage', { kind: 'stage' }));
    written.onWrite = (what) => this.#write(what);
    this.remote.onAsked = () => this.#write('asks');
    this.voice.onJoin = (channelId) => this.#write(`joins ${channelId}`);
    this.voice.onLeave = (channelId) => this.#write(`leaves ${channelId}`);
    const { audio, run } = audioUnderTest({
      ...{ voice: this.voice, remote: this.remote, communities: this.communities, guilds: this.guilds },
      ...{ presence: this.people, standings: this.standings, intents: written, clock: this.clock },
      chance: { fraction: () => 0.5, uuid: () => 'id', bytes: (count) => new Uint8Array(count) },
      board: {
        setStatus: async (_guildId, channelId, title) => {
          this.#write(`status ${channelId}: ${title ?? '-'}`);
          await this.statusSilence;
        },
      },
      announcer: { announce: async (channelId, text) => this.#write(`says in ${channelId}: ${text}`) },
      audit: { record: async ({ action }) => this.#write(`audit ${action}`) },
      stage: {
        speak: async (_guildId, channelId) => {
          this.#write(`asks to speak in ${channelId}`);
          return this.stageAnswer;
        },
      },
    });
    this.audio = audio;
    this.run = run;
  }

  async start(): Promise<void> {
    await this.audio.start?.(new AbortController().signal);
  }

  get session(): SessionPort {
    const session = this.voice.sessions.at(-1);
    if (!session) throw new Error('nothing was joined yet');
    return session;
  }

  pass(seconds: number): Promise<void> {
    return this.clock.advance(seconds * 1_000);
  }

  /** What was written down since the last look. */
  read(): string[] {
    return this.#lines.splice(0);
  }

  /** As /relay status has it. */
  async shown(): Promise<string> {
    const { relays } = await this.run(relayStatus, { guildId: 'g1' });
    return relays
      .map(({ channelId, state, problem, retryAtMs }) => {
        const retry = retryAtMs === undefined ? '' : ` again at ${this.#second(retryAtMs)}`;
        return `${channelId} ${state}${problem ? ` ${problem.code}${retry}` : ''}`;
      })
      .join(', ');
  }

  #write(what: string): void {
    this.#lines.push(`${this.#second(this.clock.nowMs())} ${what}`);
  }

  #second(atMs: number): number {
    return Number(((atMs - Date.UTC(2026, 0, 1)) / 1_000).toFixed(3));
  }
}

const opened: RelayDiary[] = [];

export async function openDiary(intents?: MemoryIntents): Promise<RelayDiary> {
  const diary = new RelayDiary(intents);
  opened.push(diary);
  await diary.start();
  return diary;
}

export async function stopDiaries(): Promise<void> {
  for (const { audio } of opened.splice(0)) await audio.stop?.();
}

/** What a hub finds at its start that stopped while a relay played. */
export async function wished(): Promise<MemoryIntents> {
  const first = await openDiary();
  await first.run(relayStart, inA);
  await first.audio.stop?.();
  return first.intents;
}
