import type { Connection, Libp2p, Stream } from '@libp2p/interface';
import { expect, test, vi } from 'vitest';
import { systemClock } from '#core/clock.ts';
import { Asker, type Call } from '#mesh/protocols/wire/asker.ts';
import { NoAnswer } from '#mesh/protocols/wire/no-answer.ts';
import { RecordCodec } from '#mesh/protocols/wire/record-codec.ts';
import { emptyKind } from '#mesh/protocols/wire/record-kind.ts';
import { RecordStream } from '#mesh/protocols/wire/record-stream.ts';
import { inTime } from '../../support/hub.ts';
import { rawPeer } from '../../support/raw-peer.ts';

const id = '/guildmesh/knock/1';
const codec = new RecordCodec<{ type: 'knock' } | { type: 'open' }>([
  emptyKind('knock', 1),
  emptyKind('open', 2),
]);
const open = codec.encode({ type: 'open' });
const knock = codec.encode({ type: 'knock' });

test('the answer comes from the peer that was asked, with the call that got it', async () => {
  const { ask } = await asking((stream) => stream.send(open));
  const { answer, call } = await ask();
  expect(answer).toBe('open');
  expect(call).toBeInstanceOf(Knock);
});

test('nobody is asked who isn’t trusted', async () => {
  const { ask, connect } = await asking((stream) => stream.send(open), { trusted: false });
  await expect(ask()).rejects.toMatchObject({ code: 'MESH_NOT_TRUSTED' });
  expect(connect).not.toHaveBeenCalled();
});

test.each<[why: string, code: string, serve: ((stream: Stream) => void) | undefined]>([
  ['cuts the stream alone', 'MESH_NOT_TRUSTED_BY_PEER', (stream) => stream.abort(new Error('no'))],
  ['says nothing', 'MESH_NO_ANSWER', () => {}],
  ['says what it must not', 'MESH_PROTOCOL_VIOLATION', (stream) => stream.send(knock)],
  ['sends what is no record', 'MESH_PROTOCOL_VIOLATION', (stream) => stream.send(Uint8Array.of(9, 9, 9))],
  ['closes without an answer', 'MESH_UNREACHABLE', (stream) => void stream.close()],
  ['doesn’t speak the protocol', 'MESH_PROTOCOL_UNSUPPORTED', undefined],
])('whoever %s is named with %s', async (_, code, serve) => {
  const { ask } = await asking(serve);
  await expect(ask()).rejects.toMatchObject({ code });
});

test('a connection that turns out dead is replaced once', async () => {
  const { ask, connect, peer, target } = await asking((stream) => stream.send(open));
  const dead = await peer.dial(target);
  dead.abort(new Error('gone'));
  connect.mockResolvedValueOnce(dead);
  await expect(ask()).resolves.toMatchObject({ answer: 'open' });
  expect(connect).toHaveBeenCalledTimes(2);
  connect.mockResolvedValue(dead);
  await expect(ask()).rejects.toMatchObject({ code: 'MESH_UNREACHABLE' });
  expect(connect).toHaveBeenCalledTimes(4);
});

test('a caller that stops waiting gets the reason, and the stream is cut', async () => {
  const arrived = Promise.withResolvers<Stream>();
  const { ask } = await asking(arrived.resolve);
  const enough = new AbortController();
  const asked = ask(enough.signal);
  const stream = await arrived.promise;
  enough.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
  await expect.poll(() => stream.status).toBe('reset');
});

class Knock implements Call<string> {
  readonly answered: Promise<string>;
  readonly #records: RecordStream<{ type: 'knock' } | { type: 'open' }>;

  constructor(stream: Stream) {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.answered = promise;
    promise.catch(() => {});
    const violation = (what: string) => reject(new NoAnswer('violation', what));
    this.#records = new RecordStream(stream, systemClock(), codec, {
      record: ({ type }) => (type === 'open' ? resolve(type) : violation(`unexpected ${type} record`)),
      violation,
      drained: () => {},
      closed: ({ reset }) => reject(new NoAnswer(reset ? 'reset' : 'closed')),
    });
    this.#records.send({ type: 'knock' });
  }

  abandon(reason: string): void {
    this.#records.abort(reason);
  }
}

/** A peer that asks another one, which serves the protocol as it likes, or not at all. */
async function asking(serve: ((stream: Stream) => void) | undefined, { trusted = true } = {}) {
  const served = await rawPeer(undefined, {
    prepare: async (made: Libp2p) => {
      if (serve) await made.handle(id, serve);
    },
  });
  const peer = await rawPeer();
  const target = served.getMultiaddrs();
  const connect = vi.fn((): Promise<Connection> => peer.dial(target));
  const view = (peerId: string) => ({ peerId, name: 'North', trusted, connected: true, addresses: [] });
  const components = { communities: { view }, connect, clock: systemClock() };
  const asker = new Asker(components, { id, answerTimeoutMs: 300, outboundStreamsMax: 4 });
  const ask = (signal = inTime()) => asker.ask(String(served.peerId), (stream) => new Knock(stream), signal);
  return { ask, connect, peer, target };
}
