import type { Connection, Stream } from '@libp2p/interface';
import { beforeEach, expect, test } from 'vitest';
import { systemClock } from '#core/clock.ts';
import { meshLimits } from '#mesh/limits.ts';
import type { MeshProtocol, ServedProtocol } from '#mesh/protocols/contract.ts';
import { ServedProtocols } from '#mesh/protocols/served-protocols.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { rawPeer } from '../support/raw-peer.ts';

/** Holds each stream until it is ended; says `reason` of whatever ended. */
class Holding implements ServedProtocol {
  readonly held = new Map<Stream, string>();
  readonly ends: string[] = [];

  accept(stream: Stream, peerId: string): void {
    this.held.set(stream, peerId);
    stream.addEventListener('close', () => void this.held.delete(stream));
  }

  endPeer(peerId: string, reason: string): void {
    this.ends.push(reason);
    for (const [stream, holder] of this.held) if (holder === peerId) stream.abort(new Error(reason));
  }

  endAll(reason: string): void {
    for (const peerId of new Set(this.held.values())) this.endPeer(peerId, reason);
  }

  sessionCount(peerId?: string): number {
    return [...this.held.values()].filter((holder) => peerId === undefined || holder === peerId).length;
  }

  stats() {
    return { held: this.held.size };
  }
}

const ping = '/guildmesh/ping/1';
const feed = '/guildmesh/feed/1';
let parts: { ping: Holding; feed: Holding; all: ServedProtocols; connection: Connection; peerId: string };
let trusted = true;
let refused: string[] = [];

beforeEach(async () => {
  [trusted, refused] = [true, []];
  const held = { ping: new Holding(), feed: new Holding() };
  const all = await ServedProtocols.begin(
    new Map([
      ['ping', protocol(ping, 1, held.ping)],
      ['feed', protocol(feed, 3, held.feed)],
    ]),
    systemClock(),
  );
  const guard = { trusted: () => trusted, refused: (peerId: string) => void refused.push(peerId) };
  const node = await rawPeer(undefined, { prepare: (made) => all.handle(made, guard) });
  const peer = await rawPeer();
  parts = { ...held, all, connection: await peer.dial(node.getMultiaddrs()), peerId: String(peer.peerId) };
});

test('each has its own streams, as many as it says, and its figures under its name', async () => {
  const streams = await open([ping, ping, feed, feed]);
  await expect.poll(() => parts.all.stats()).toEqual({ ping: { held: 1 }, feed: { held: 2 } });
  await expect.poll(() => streams.filter(({ status }) => status === 'open')).toHaveLength(3);
});

test('a stream without the grant is reset and counted, whichever protocol it is of', async () => {
  trusted = false;
  const streams = await open([ping, feed]);
  await expect.poll(() => streams.map(({ status }) => status)).toEqual(['reset', 'reset']);
  expect(refused).toEqual([parts.peerId, parts.peerId]);
  expect(parts.all.stats()).toEqual({ ping: { held: 0 }, feed: { held: 0 } });
});

test('what ends with one peer, or with all, ends in every protocol', async () => {
  await open([ping, feed]);
  await expect.poll(() => parts.all.stats()).toEqual({ ping: { held: 1 }, feed: { held: 1 } });
  parts.all.endPeer('another', 'revoked');
  expect(parts.all.stats()).toEqual({ ping: { held: 1 }, feed: { held: 1 } });
  parts.all.endPeer(parts.peerId, 'revoked');
  await parts.all.flushed(parts.peerId);
  expect(parts.all.stats()).toEqual({ ping: { held: 0 }, feed: { held: 0 } });
  await open([feed]);
  await expect.poll(() => parts.feed.held.size).toBe(1);
  parts.all.endAll('node-stopped');
  await parts.all.flushed();
  expect(parts.feed.ends).toEqual(['revoked', 'revoked', 'node-stopped']);
});

test('goodbyes of all protocols are waited for, but no longer than twice the time of a close', async () => {
  const clock = new FakeClock();
  const counts = { ping: 1, feed: 1 };
  const saying = (name: keyof typeof counts): ServedProtocol =>
    Object.assign(new Holding(), { sessionCount: () => counts[name] });
  const all = await ServedProtocols.begin(
    new Map([
      ['ping', protocol(ping, 1, saying('ping'))],
      ['feed', protocol(feed, 1, saying('feed'))],
    ]),
    clock,
  );
  const done: string[] = [];
  void all.flushed('peer').then(() => done.push('first'));
  counts.ping = 0;
  await clock.advance(100);
  expect(done).toEqual([]);
  counts.feed = 0;
  await clock.advance(5);
  expect(done).toEqual(['first']);
  counts.feed = 1;
  void all.flushed().then(() => done.push('second'));
  await clock.advance(meshLimits.closeGraceMs * 2 - 5);
  expect(done).toEqual(['first']);
  await clock.advance(10);
  expect(done).toEqual(['first', 'second']);
});

function open(ids: string[]): Promise<Stream[]> {
  // More than either protocol takes: it is the other side that refuses.
  return Promise.all(ids.map((id) => parts.connection.newStream(id, { maxOutboundStreams: 9 })));
}

function protocol(id: string, streamsMax: number, served: ServedProtocol): MeshProtocol {
  const limits = { inboundStreamsMax: streamsMax, outboundStreamsMax: streamsMax };
  return { id, limits, grant: 'trusted', serve: () => served };
}

test('when one can’t be served, those that could are ended', async () => {
  const ended = new Holding();
  ended.endAll = (reason) => void ended.ends.push(reason);
  const broken = { ...protocol(feed, 1, new Holding()), serve: () => Promise.reject(new Error('no codec')) };
  const begun = ServedProtocols.begin(
    new Map([
      ['ping', protocol(ping, 1, ended)],
      ['feed', broken],
    ]),
    systemClock(),
  );
  await expect(begun).rejects.toThrow('no codec');
  expect(ended.ends).toEqual(['node-stopped']);
});
