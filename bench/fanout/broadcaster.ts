/** The process that is measured: sends 50 frames a second to its subscribers. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Frame } from '#contracts/audio.ts';
import { encodeFrames } from '#mesh/protocols/audio/codec.ts';
import { TestBroadcasts } from '../../tests/mesh/support/broadcasts.ts';
import { benchNode, serveAudio } from './nodes.ts';
import { pace } from './pace.ts';
import { type BroadcasterFigures, broadcastId, cpuMicros, type Plan, planOf, wait } from './plan.ts';

const warmUpMs = 2_000;

const plan = planOf(process.argv[2]);
const { address, send } = await open(plan);
say({ address });
await once(createInterface({ input: process.stdin }), 'line');
const pacing = pace(send);
await wait(warmUpMs);
const [fromFrames, fromCpu] = [pacing.count(), process.cpuUsage()];
await wait(plan.seconds * 1_000);
const used = process.cpuUsage(fromCpu);
const figures: BroadcasterFigures = {
  cpuMicros: cpuMicros(used),
  userMicros: used.user,
  frames: pacing.count() - fromFrames,
  lateMs: pacing.lateMs(),
};
say({ figures });
pacing.stop();
await wait(200);
process.exit();

function open({ mode }: Plan): Promise<{ address: string; send: (frame: Frame) => void }> {
  if (mode === 'tcp') return openTcp();
  return mode === 'gossipsub' ? openGossip() : openLibp2p(plan);
}

async function openLibp2p({ mode }: Plan) {
  const broadcasts = new TestBroadcasts();
  broadcasts.add(broadcastId);
  const node = await benchNode(mode);
  await serveAudio(node, broadcasts, mode === 'batched' ? 3 : 1);
  return {
    address: String(node.getMultiaddrs()[0]),
    send: (frame: Frame) => broadcasts.send(broadcastId, frame),
  };
}

async function openGossip() {
  const { gossipServices, topic } = await import('./peers/gossip.ts');
  const node = await benchNode('gossipsub', await gossipServices());
  const { pubsub } = node.services as unknown as { pubsub: import('./peers/gossip.ts').PubSub };
  return {
    address: String(node.getMultiaddrs()[0]),
    send: (frame: Frame) => void pubsub.publish(topic, encodeFrames([frame])).catch(() => undefined),
  };
}

async function openTcp() {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    address: String(port),
    send: (frame: Frame) => {
      const bytes = encodeFrames([frame]);
      for (const socket of sockets) socket.write(bytes);
    },
  };
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
