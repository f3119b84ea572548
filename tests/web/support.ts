import { type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { createPerform } from '#access/perform.ts';
import { createRoleDirectory, type RoleDirectoryComponents } from '#access/role-directory.ts';
import { createGrantStore } from '#access/tables/grant-store.ts';
import { createTokenStore } from '#access/tables/token-store.ts';
import { makeTokenWords } from '#access/tokens/token-words.ts';
import { createTokens } from '#access/tokens/tokens.ts';
import type { Connections } from '#contracts/connections.ts';
import type { MemberFacts } from '#contracts/discord.ts';
import type { NewsHooks } from '#contracts/news.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { artifactCourseAction } from '#publishing/artifact-course.ts';
import { uploadAction } from '#publishing/artifacts/upload-action.ts';
import { SqlActionLedger } from '#storage/action-ledger.ts';
import { Web, type WebInit } from '#web/web.ts';
import { startArtifacts } from '../publishing/artifacts/support.ts';
import { homeEverywhere } from '../support/standings.ts';

export const guildId = '12345678901234567';
export const artifactBytesMax = 2_000_000;

/** The token's maker, as Discord knows them. */
const maker: MemberFacts = { roleIds: [], isGuildOwner: false, hasManageGuild: true };

const noConnections: Connections = {
  describe: () => Promise.reject(new Error('no link in this test')),
  redeem: () => Promise.reject(new Error('no link in this test')),
  tryOut: () => Promise.reject(new Error('no link in this test')),
  authorise: () => Promise.reject(new Error('no link in this test')),
  authorised: () => Promise.reject(new Error('no link in this test')),
};

/** The HTTP door over a real store, a real database and real tokens. */
export async function openDoor(
  init: Partial<WebInit> = {},
  over: {
    connections?: Connections;
    newsHooks?: NewsHooks;
    waitingFor?: () => string[];
    maker?: RoleDirectoryComponents['maker'];
    stopping?: AbortSignal;
  } = {},
) {
  const artifacts = await startArtifacts({ file: ':memory:' }, { artifactBytesMax });
  const clock = systemClock();
  const chance = systemChance();
  const { db } = artifacts;
  const tokenStore = createTokenStore(db);
  const perform = createPerform({
    actions: [
      uploadAction({ store: artifacts.store }),
      artifactCourseAction({
        ...{ db, store: artifacts.store },
        views: { publication: () => Promise.reject(new Error('no publication in this test')) },
      }),
    ],
    standings: homeEverywhere,
    roles: createRoleDirectory({ grants: createGrantStore(db), maker: over.maker ?? (async () => maker) }),
    ledger: new SqlActionLedger({ db, engine: 'sqlite', clock, chance, hubId: () => '' }),
    clock,
    logger: silentLogger(),
    stopping: over.stopping ?? new AbortController().signal,
  });
  const web = new Web(
    {
      perform: () => perform,
      tokens: createTokens({ store: tokenStore, clock, chance }),
      connections: over.connections ?? noConnections,
      ...(over.newsHooks && { newsHooks: over.newsHooks }),
      waitingFor: over.waitingFor ?? (() => []),
      clock,
      chance,
      logger: silentLogger(),
    },
    {
      listen: '127.0.0.1:0',
      exposed: false,
      allowedHosts: [],
      trustedProxies: [],
      uploadTimeoutMs: 60_000,
      artifactBytesMax,
      ...init,
    },
  );
  onTestFinished(() => web.stop());
  await web.start();
  const { words, id, secretHash } = makeTokenWords(chance);
  const dates = {
    createdAtMs: 0,
    expiresAtMs: clock.nowMs() + 60_000,
    lastUsedAtMs: undefined,
    orphanedAtMs: undefined,
  };
  await tokenStore.add({ id, guildId, name: 'ci', createdBy: 'x', ...dates }, secretHash);
  return { ...artifacts, web, token: words, tokenStore, tokenId: id, port: web.port };
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Plain node:http, so that nothing is added, retried or refused on this side. */
export function ask(
  port: number,
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string | Uint8Array } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = init;
    const asked = request({ port, host: '127.0.0.1', path, method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

export function codeOf({ text }: Answer): string {
  return JSON.parse(text).error.code;
}

/** A bare connection and how long it stayed open. */
export async function opened(
  port: number,
  text: string,
): Promise<{ socket: Socket; closedAfterMs: Promise<number> }> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const startedAt = performance.now();
  socket.on('error', () => undefined);
  const closedAfterMs = new Promise<number>((resolve) =>
    socket.on('close', () => resolve(performance.now() - startedAt)),
  );
  socket.resume().write(text);
  return { socket, closedAfterMs };
}
