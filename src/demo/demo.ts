import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MemberSession } from '@guildmesh/local-discord/contract';
import { orAborted } from '#core/aborted.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { type Communities, openCommunities } from './communities.ts';
import { type DemoOptions, readArguments, sourceSettings } from './demo-options.ts';
import { type ChannelReport, channelReport, type DemoReport, holds, readableReport } from './demo-report.ts';
import { type Ear, listenIn } from './ear.ts';
import type { SourceFrame } from './frame-comparison.ts';
import { explainable } from './local-discord-error.ts';
import { ids } from './north-and-south.ts';

export interface DemoInit {
  entryPath: string;
  environment: Record<string, string>;
  arguments: string[];
  write: (text: string) => void;
  writeError: (text: string) => void;
  /** Aborted when people want to end it. */
  signal: AbortSignal;
}

const firstSoundTimeoutMs = 30_000;
const discoveryTimeoutMs = 20_000;
const discoveryPollMs = 100;

/** The relay channels of the demo: one broadcast, two guilds. */
const places = [
  {
    guildId: ids.southGuild,
    guild: 'South',
    channelId: ids.southLounge,
    channel: 'Lounge',
    listenerId: ids.mika,
  },
  {
    guildId: ids.annexGuild,
    guild: 'South Annex',
    channelId: ids.annexStudio,
    channel: 'Studio',
    listenerId: ids.mika,
  },
] as const;

/**
 * Runs the demo without a page and reports what listeners heard. Resolves to the exit code; rejects with the signal's
 * reason when people end it earlier.
 */
export async function runDemo(init: DemoInit): Promise<number> {
  const options = readArguments(init.arguments);
  if (typeof options === 'string') {
    init.writeError(
      `${options}\nUse: npm run --silent demo -- --seconds 30 [--json] [--source PATH_OR_URL]\n`,
    );
    return 2;
  }
  const directory = await mkdtemp(join(tmpdir(), 'guildmesh-demo-'));
  try {
    const report = await perform(init, options, directory);
    init.write(options.json ? `${JSON.stringify(report)}\n` : readableReport(report));
    return report.ok ? 0 : 1;
  } catch (thrown) {
    const error = explainable(thrown);
    const problem = problemOf(error);
    if (problem === undefined || init.signal.aborted) throw error;
    if (options.json) init.write(`${JSON.stringify({ ok: false, problem })}\n`);
    else init.writeError(`${problem}\n`);
    return 1;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A step of the demo did not happen; the message says which. */
class DemoFailure extends Error {}

/** The sentence for people; undefined for a defect. */
function problemOf(error: unknown): string | undefined {
  if (isGuildmeshError(error)) return `${error.message}\n${error.next}`;
  return error instanceof DemoFailure ? error.message : undefined;
}

async function perform(init: DemoInit, options: DemoOptions, directory: string): Promise<DemoReport> {
  const traceFile = join(directory, 'frames.jsonl');
  const source = sourceSettings(options.source);
  const names = communityNames();
  const communities = await openCommunities({
    entryPath: init.entryPath,
    stateDirectory: directory,
    environment: { ...init.environment, GUILDMESH_LOG_LEVEL: 'warn' },
    north: {
      ...source.settings,
      GUILDMESH_AUDIO_FRAME_TRACE_FILE: traceFile,
      GUILDMESH_COMMUNITY_NAME: names.north,
    },
    south: { GUILDMESH_COMMUNITY_NAME: names.south },
    onLogLine: (hub, line) => init.writeError(`${hub}: ${line}\n`),
  });
  try {
    init.signal.throwIfAborted();
    const measured = measure(communities, options.seconds, { names, source: source.typed, traceFile });
    return await orAborted(init.signal, measured);
  } finally {
    await communities.stop();
  }
}

interface Names {
  north: string;
  south: string;
}

/** Unique names: a playground running on the same machine is discovered, too. */
function communityNames(): Names {
  const suffix = randomBytes(3).toString('hex');
  return { north: `North-${suffix}`, south: `South-${suffix}` };
}

async function measure(
  communities: Communities,
  seconds: number,
  { names, source, traceFile }: { names: Names; source: string; traceFile: string },
): Promise<DemoReport> {
  const { playground, north, south } = communities;
  const ready = await Promise.all([north.start(), south.start()]);
  const ada = playground.as(ids.ada, ids.northGuild);
  const sol = playground.as(ids.sol, ids.southGuild);

  const nodeStatus = await Promise.all([say(ada, '/node start'), say(sol, '/node start')]);
  await trustEachOther({ of: ada, other: names.south }, { of: sol, other: names.north });
  await say(ada, `/broadcast start source:${quote(source)}`);
  const broadcast = await offered(sol);

  const ears = await Promise.all(
    places.map(async (place) =>
      listenIn(await playground.as(place.listenerId, place.guildId).listen(place.channelId)),
    ),
  );
  const firstSoundMs = await Promise.all(
    places.map(async (place, index) => {
      const startedAtMs = wallMs();
      const asker = playground.as(ids.sol, place.guildId);
      await say(asker, `/relay start broadcast:${quote(broadcast)} channel:${place.channelId}`);
      return (
        (await within(firstSoundTimeoutMs, ears[index]?.firstSound, 'No sound was heard.')) - startedAtMs
      );
    }),
  );
  await delay(seconds * 1_000);

  const encrypter = encrypterIn(await say(sol, '/node status'), nodeStatus[1] ?? '');
  const memory = await Promise.all([north.memory(), south.memory()]);
  await Promise.all(
    places.map((place) =>
      say(playground.as(ids.sol, place.guildId), `/relay stop channel:${place.channelId}`),
    ),
  );
  await say(ada, '/node stop');
  await Promise.all([north.stop(), south.stop()]);

  const frames = await readTrace(traceFile);
  const channels: ChannelReport[] = places.map((place, index) => {
    const ear = ears[index] as Ear;
    return channelReport(place, ear.listener.stats, ear.e2eeCount, ear.heard, frames);
  });
  const report: Omit<DemoReport, 'ok'> = {
    nodeVersion: ready[0].nodeVersion,
    encrypter,
    timeToReadyMs: Math.round(Math.max(...ready.map((hub) => hub.readyMs))),
    timeToFirstSoundMs: Math.round(Math.max(...firstSoundMs)),
    framesBroadcast: frames.length,
    channels,
    rssMiB: { north: mebibytes(memory[0]), south: mebibytes(memory[1]) },
  };
  return { ok: holds(report, seconds), ...report };
}

/** Runs a command and returns the text of its settled answer. An error reply ends the demo with its text. */
async function say(member: MemberSession, typed: string): Promise<string> {
  const answer = await member.run(typed, { channelId: generalOf(member.guildId) });
  const text = await answer.text();
  if (/\b[A-Z]+_[A-Z_]+\b/.test(text)) throw new DemoFailure(`${typed} was refused: ${text}`);
  return text;
}

function generalOf(guildId: string): string {
  if (guildId === ids.northGuild) return ids.northGeneral;
  return guildId === ids.southGuild ? ids.southGeneral : ids.annexGeneral;
}

interface Side {
  of: MemberSession;
  /** The community it is to trust. */
  other: string;
}

/** As people do it: each side sees the safety words, and types those that the other side reads out. */
async function trustEachOther(one: Side, two: Side): Promise<void> {
  const [ones, twos] = await Promise.all([safetyWords(one), safetyWords(two)]);
  await Promise.all([trustByWords(one, twos), trustByWords(two, ones)]);
}

/** Read from the card, once the other hub was found. */
async function safetyWords({ of, other }: Side): Promise<string> {
  await poll(`${other} was not found`, async () => {
    const choices = await of.autocomplete(`/node trust community:${other}`);
    return choices.length > 0 ? true : undefined;
  });
  const card = await say(of, `/node trust community:${other}`);
  const words = /`([a-z]+(?: [a-z]+){5})`/.exec(card)?.[1];
  if (!words) throw new DemoFailure(`${other} was not shown with safety words: ${card}`);
  return words;
}

async function trustByWords({ of, other }: Side, words: string): Promise<void> {
  const answer = await say(of, `/node trust community:${other} words:${quote(words)}`);
  if (!/Trusted/.test(answer)) throw new DemoFailure(`${other} is not trusted: ${answer}`);
}

/** What `/relay start` offers once North serves its catalogue to South. */
function offered(member: MemberSession): Promise<string> {
  return poll('No broadcast of North was offered', async () => {
    const choices = await member.autocomplete('/relay start broadcast:');
    return choices.map((choice) => String(choice.value)).find((value) => value.includes('@'));
  });
}

async function poll<Value>(problem: string, look: () => Promise<Value | undefined>): Promise<Value> {
  const untilMs = wallMs() + discoveryTimeoutMs;
  while (wallMs() < untilMs) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(discoveryPollMs);
  }
  throw new DemoFailure(`${problem} within ${discoveryTimeoutMs / 1_000} s.`);
}

async function readTrace(path: string): Promise<SourceFrame[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as SourceFrame);
}

function encrypterIn(...texts: string[]): string {
  return /\b(tls|noise)\b/i.exec(texts.join('\n'))?.[1]?.toLowerCase() ?? 'unknown';
}

async function within<Value>(
  timeoutMs: number,
  work: Promise<Value> | undefined,
  problem: string,
): Promise<Value> {
  const expiry = AbortSignal.timeout(timeoutMs);
  const expired = new Promise<never>((_, reject) => {
    expiry.addEventListener('abort', () => reject(new DemoFailure(problem)), { once: true });
  });
  return Promise.race([work ?? expired, expired]);
}

function quote(value: string): string {
  return `"${value.replaceAll('"', '\\"')}"`;
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

function wallMs(): number {
  return performance.timeOrigin + performance.now();
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
