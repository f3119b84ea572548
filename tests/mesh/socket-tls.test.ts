import { connect } from 'node:net';
import type { Libp2p, Stream } from '@libp2p/interface';
import { tcp } from '@libp2p/tcp';
import { tls } from '@libp2p/tls';
import { yamux } from '@libp2p/yamux';
import { createLibp2p } from 'libp2p';
import { expect, onTestFinished, test } from 'vitest';
import { connectionStack } from '#mesh/libp2p/connection-stack.ts';

const protocol = '/echo/1';
const plain = () => ({ transports: [tcp()], connectionEncrypters: [tls()], streamMuxers: [yamux()] });

test.each([
  ['ours to ours', connectionStack, connectionStack],
  ['ours to libp2p’s own', connectionStack, plain],
  ['libp2p’s own to ours', plain, connectionStack],
])('%s: small messages and large ones come back whole, in order', async (_, dialler, listener) => {
  const [from, to] = [await nodeOf(dialler()), await nodeOf(listener())];
  const stream = await echoing(from, to);
  expect(from.getConnections()[0]?.encryption).toBe('/tls/1.0.0');
  const sizes = [1, 180, 180, 16_000, 70_000, 3, 900_000, 1];
  const sent = Buffer.concat(sizes.map((size, index) => Buffer.alloc(size, index + 1)));
  const received = collect(stream);
  for (const [index, size] of sizes.entries()) {
    if (!stream.send(Buffer.alloc(size, index + 1))) await stream.onDrain();
  }
  await expect.poll(() => received().length, { timeout: 8_000 }).toBe(sent.length);
  expect(received().equals(sent)).toBe(true);
});

test('peers that cut the connection at any moment of the handshake leave the node as it was', async () => {
  const node = await nodeOf(connectionStack());
  const port = node
    .getMultiaddrs()[0]
    ?.getComponents()
    .find(({ name }) => name === 'tcp')?.value;
  const hello = Buffer.from('\u0013/multistream/1.0.0\n\u000b/tls/1.0.0\n');
  for (let round = 0; round < 60; round += 1) {
    const socket = connect({ port: Number(port), host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.write(hello);
    if (round % 3 === 0) socket.write(Buffer.alloc(400, round));
    await new Promise((resolve) => setTimeout(resolve, round % 15));
    if (round % 2 === 0) socket.resetAndDestroy();
    else socket.destroy();
  }
  const peer = await nodeOf(connectionStack());
  await echoing(peer, node);
});

test('connections that are cut while frames fly, from either side, end; the node goes on', async () => {
  const [from, to] = [await nodeOf(connectionStack()), await nodeOf(connectionStack())];
  for (let round = 0; round < 20; round += 1) {
    const stream = await echoing(from, to);
    for (let count = 0; count < 20; count += 1) stream.send(Buffer.alloc(180, count));
    const [cut] = (round % 2 === 0 ? from : to).getConnections();
    cut?.abort(new Error('cut'));
    await expect.poll(() => from.getConnections().length + to.getConnections().length).toBe(0);
  }
  await echoing(from, to);
});

async function nodeOf(stack: ReturnType<typeof connectionStack> | ReturnType<typeof plain>): Promise<Libp2p> {
  const node = await createLibp2p({
    ...stack,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    connectionManager: { inboundConnectionThreshold: 1_000, maxIncomingPendingConnections: 500 },
  } as Parameters<typeof createLibp2p>[0]);
  onTestFinished(() => node.stop());
  await node.handle(protocol, (stream) => {
    stream.addEventListener('message', ({ data }) => {
      if (stream.writeStatus === 'writable') stream.send(data);
    });
  });
  return node;
}

async function echoing(from: Libp2p, to: Libp2p): Promise<Stream> {
  const connection = await from.dial(to.getMultiaddrs());
  const stream = await connection.newStream(protocol);
  const received = collect(stream);
  stream.send(Buffer.from('hello'));
  await expect.poll(() => received().toString()).toBe('hello');
  return stream;
}

function collect(stream: Stream): () => Buffer {
  const chunks: Uint8Array[] = [];
  stream.addEventListener('message', ({ data }) => void chunks.push(data.subarray()));
  return () => Buffer.concat(chunks);
}
