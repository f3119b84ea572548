import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { QueueSource } from '#audio/player/queue-source.ts';
import { SourceChain } from '#audio/source/chain/source-chain.ts';
import type { SourceOpener } from '#audio/source/source-opener.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { TestLine } from '../player/support.ts';
import { MemoryArtifacts } from '../support/artifacts.ts';
import { ffmpeg, ffmpegChildren, ffmpegMissing, tone } from '../support/ffmpeg.ts';
import { httpStation } from '../support/http-station.ts';
import { oggLink, opusPacket } from '../support/ogg-pages.ts';
import { RemotePort } from '../support/ports.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';
import { type ComplianceSubject, complies } from './compliance.ts';

const folder = temporaryFolder();
const packets = Array.from({ length: 200 }, (_, index) => opusPacket(index));
const remote = new RemotePort();
const artifacts = new MemoryArtifacts();
let upload: string;
let station: Awaited<ReturnType<typeof httpStation>>;
let shoutcast: Server;
let opener: SourceOpener;
let openCount = 0;

beforeAll(async () => {
  writeFileSync(join(folder.path, 'a.opus'), oggLink(1, packets));
  mkdirSync(join(folder.path, 'shows'));
  writeFileSync(join(folder.path, 'shows', 'b.opus'), oggLink(1, packets.slice(0, 5)));
  writeFileSync(join(folder.path, 'shows', 'c.opus'), oggLink(1, packets.slice(0, 5)));
  writeFileSync(join(folder.path, 'list.m3u'), '#EXTM3U\n#EXTINF:1,Five\nshows/b.opus\nshows\\c.opus\n');
  if (!ffmpegMissing) {
    tone(4, join(folder.path, 'a.mp3'), '-c:a', 'libmp3lame');
    tone(4, join(folder.path, 'a.webm'), '-c:a', 'libopus');
    const hls = ['-c:a', 'aac', '-f', 'hls', '-hls_time', '1', '-hls_list_size', '0'];
    ffmpeg('-i', join(folder.path, 'a.mp3'), ...hls, join(folder.path, 'a.m3u8'));
  }
  station = await httpStation((request, response) => {
    openCount++;
    response.once('close', () => openCount--);
    const path = new URL(request.url ?? '', 'http://x').pathname;
    if (path === '/radio') {
      response.setHeader('icy-name', 'Test FM');
      // Never ends on its own.
      response.write(oggLink(1, packets));
    } else response.end(readFileSync(join(folder.path, path.slice(1))));
  });
  shoutcast = createServer((socket) => {
    openCount++;
    socket.on('error', () => {}).once('close', () => openCount--);
    socket.once('data', () => {
      socket.write('ICY 200 OK\r\nicy-name: Old FM\r\ncontent-type: audio/ogg\r\n\r\n');
      socket.write(oggLink(1, packets));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => shoutcast.once('listening', resolve));
  const allowedPrivateHosts = ['127.0.0.1'];
  upload = artifacts.put('g1', 'Evening.opus', oggLink(1, packets));
  opener = openerUnderTest(
    { libraryDir: folder.path, allowedPrivateHosts },
    { remote, artifacts: () => artifacts },
  ).opener;
});

afterAll(async () => {
  await station[Symbol.asyncDispose]();
  shoutcast.close();
  folder[Symbol.dispose]();
});

function named(name: () => string, more: Partial<ComplianceSubject> = {}): () => ComplianceSubject {
  return () => ({
    source: () => opener.source(sourceRequest(name(), { loop: true })),
    isFree: () => openCount === 0 && ffmpegChildren().length === 0,
    ...more,
  });
}

complies(
  'the sample',
  named(() => 'sample'),
);
complies(
  'a file',
  named(() => 'a.opus'),
);
complies(
  'a folder',
  named(() => 'shows/'),
);
complies(
  'a playlist',
  named(() => 'list.m3u'),
);
complies(
  'an artifact',
  named(() => `artifact:${upload}`, { isFree: () => artifacts.openCount === 0 }),
);
complies(
  'a radio',
  named(() => `${station.url}/radio`),
);
complies(
  'a SHOUTcast v1 radio',
  named(() => `http://127.0.0.1:${(shoutcast.address() as AddressInfo).port}/`),
);
complies(
  'a test tone',
  named(() => 'tone:1000'),
);
complies('a broadcast of another community', () => {
  const before = remote.cancelledCount;
  const subscribed = remote.sinks.length;
  let sequence = 0;
  return {
    source: () => opener.source(sourceRequest('broadcast:show@North')),
    push: () => {
      const frame = { streamId: 1, sequence: sequence++, captureTimeMs: Date.now() - 100 };
      for (const sink of remote.sinks.slice(subscribed))
        sink.frame({ ...frame, payload: opusPacket(sequence) });
    },
    isFree: () => remote.cancelledCount - before === remote.sinks.length - subscribed,
  };
});
complies('a queue', () => {
  const components = {
    clock: systemClock(),
    chance: systemChance(),
    logger: silentLogger(),
    sources: opener,
  };
  const times = { homeDelayMs: 400, openTimeoutMs: 3_000, idleTimeoutMs: 3_000 };
  const init = { ...times, playerId: 'p1', audience: () => 'server' as const };
  const queue = new QueueSource(components, { ...init, line: new TestLine('a.opus'), onChange: () => {} });
  queue.isListenedTo = true;
  return {
    source: () => opener.source(sourceRequest('queue:p1', { queue })),
    isFree: () => openCount === 0,
  };
});
complies('a chain', () => ({
  source: () =>
    new SourceChain(
      { clock: systemClock(), chance: systemChance(), logger: silentLogger() },
      {
        names: [`${station.url}/radio`, 'a.opus'],
        open: (name, onEvent) => opener.source({ ...sourceRequest(name), onEvent }),
        ...{ loop: true, patient: false, openTimeoutMs: 3_000, idleTimeoutMs: 3_000 },
        ...{ stallTimeoutMs: 1_000, returnAfterMs: 1_000, onSwitch: () => {} },
      },
    ),
  isFree: () => openCount === 0,
}));
describe.skipIf(ffmpegMissing)('with ffmpeg', () => {
  complies(
    'a file that is decoded',
    named(() => 'a.mp3'),
  );
  complies(
    'WebM Opus',
    named(() => 'a.webm'),
  );
  complies(
    'an HLS recording',
    named(() => `${station.url}/a.m3u8`),
  );
});
