/** What one hub takes: start, memory at rest, the node, the first sound. Limits are the project's own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MemberSession } from '@guildmesh/local-discord/contract';
import { type Communities, openCommunities } from '#demo/communities.ts';
import { ids } from '#demo/north-and-south.ts';
import type { Benchmark } from '../run.ts';

const restMs = 5_000;
const entryPath = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A figure, and the limit it is held against. */
interface Row {
  what: string;
  value: number;
  unit: string;
  limit: number;
}

export const benchmark: Benchmark = {
  title: 'ready time, memory and node start of one hub, against the limits we set',
  async run() {
    const directory = await mkdtemp(join(tmpdir(), 'guildmesh-bench-'));
    const communities = await openCommunities({
      entryPath,
      stateDirectory: directory,
      environment: { PATH: process.env.PATH ?? '', GUILDMESH_LOG_LEVEL: 'error' },
      onLogLine: (hub, line) => process.stderr.write(`${hub}: ${line}\n`),
    });
    try {
      const rows = (await measure(communities)).map((row) => ({
        ...row,
        ratio: round(row.value / row.limit),
      }));
      return { report: rows, table: rows.map(lineOf).join('\n') };
    } finally {
      await communities.stop();
      await rm(directory, { recursive: true, force: true });
    }
  },
};

/** One hub at a time: on two cores a second one starting would be measured too. */
async function measure({ north, playground }: Communities): Promise<Row[]> {
  const { readyMs } = await north.start();
  await rest();
  const idleMiB = (await north.memory()) / 2 ** 20;
  const ada = playground.as(ids.ada, ids.northGuild);
  const nodeStartMs = await timed(() => say(ada, '/node start'));
  await rest();
  const runningMiB = (await north.memory()) / 2 ** 20;
  const listener = await playground.as(ids.noor, ids.northGuild).listen(ids.northLounge);
  const heard = new Promise<void>((resolve) => {
    listener.onFrame((frame) => !frame.silence && resolve());
  });
  await say(ada, '/broadcast start source:sample');
  const choices = await ada.autocomplete('/relay start broadcast:');
  const firstSoundMs = await timed(async () => {
    await say(ada, `/relay start broadcast:${choices[0]?.value} channel:#Lounge`);
    await heard;
  });
  await rest();
  const relayingMiB = (await north.memory()) / 2 ** 20;
  return [
    row('ready', readyMs, 'ms', 2_000),
    row('memory at rest', idleMiB, 'MiB', 140),
    row('/node start, answer included', nodeStartMs, 'ms', 1_000),
    row('memory with the node', runningMiB, 'MiB', 200),
    row('first sound after /relay start', firstSoundMs, 'ms', 3_000),
    row('memory while relaying', relayingMiB, 'MiB', 280),
  ];
}

function row(what: string, value: number, unit: string, limit: number): Row {
  return { what, value: round(value), unit, limit };
}

function lineOf({ what, value, unit, limit, ratio }: Row & { ratio: number }): string {
  return `${what.padEnd(34)}${`${value} ${unit}`.padStart(14)}${`limit ${limit}`.padStart(14)}${`× ${ratio}`.padStart(9)}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

async function say(member: MemberSession, typed: string): Promise<void> {
  const answer = await member.run(typed, { channelId: ids.northGeneral });
  await answer.settled();
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, restMs));
}
