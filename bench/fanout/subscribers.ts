/** All subscribers, in a process of their own: each has its own node and its own connection. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Libp2p } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import type { FrameSink } from '#contracts/audio.ts';
import { systemClock } from '#core/clock.ts';
import { AudioCall } from '#mesh/protocols/audio/caller.ts';
import { audioCodec } from '#mesh/protocols/audio/codec.ts';
import { audioProtocol } from '#mesh/protocols/audio/records.ts';
import { TestBroadcasts } from '../../tests/mesh/support/broadcasts.ts';
import { benchNode, serveAudio } from './nodes.ts';
import { broadcastId, cpuMicros, type Plan, planOf, type SubscriberFigures } from './plan.ts';

const plan = planOf(process.argv[2]);
const address = process.argv[3] ?? '';
const latenciesMs: number[] = [];
const ages: FrameSink = {
  frame: ({ captureTimeMs }) => latenciesMs.push(performance.timeOrigin + performance.now() - captureTimeMs),
  end: () => undefined,
};

await subscribeAll(plan);
say({ ready: true });
const lines = createInterface({ input: process.stdin });
await once(lines, 'line');
latenciesMs.length = 0;
const fromCpu = process.cpuUsage();
await once(lines, 'line');
const used = process.cpuUsage(fromCpu);
latenciesMs.sort((a, b) => a - b);
const at = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)] ?? Number.NaN;
const figures: SubscriberFigures = {
  cpuMicros: cpuMicros(used),
  received: latenciesMs.length,
  latencyMs: { p50: at(0.5), p99: at(0.99) },
};
say({ figures });
process.exit();

async function subscribeAll({ mode, subscribers, fan }: Plan): Promise<void> {
  if (mode === 'tcp') return subscribeTcp(subscribers);
  if (mode === 'gossipsub') return subscribeGossip(subscribers);
  if (mode !== 'tree') {
    for (let count = 0; count < subscribers; count += 1)
      await subscribe(await benchNode(mode), address, ages);
    return;
  }
  const hubs = await Promise.all(Array.from({ length: Math.min(fan, subscribers) }, openHub));
  for (let count = hubs.length; count < subscribers; count += 1)
    await subscribe(await benchNode(mode), hubs[count % hubs.length] ?? address, ages);
}

/** Hears the broadcaster, and feeds others. */
async function openHub(): Promise<string> {
  const node = await benchNode('tree');
  const passedOn = new TestBroadcasts();
  passedOn.add(broadcastId);
  await serveAudio(node, passedOn, 1);
  await subscribe(node, address, {
    frame: (frame) => {
      ages.frame(frame);
      passedOn.send(broadcastId, frame);
    },
    end: () => undefined,
  });
  return String(node.getMultiaddrs()[0]);
}

async function subscribe(node: Libp2p, from: string, sink: FrameSink): Promise<void> {
  const connection = await node.dial(multiaddr(from));
  const stream = await connection.newStream(audioProtocol);
  const request = { type: 'subscribe', broadcast: broadcastId } as const;
  const call = new AudioCall(systemClock(), stream, { request, sink, over: () => undefined });
  await call.answered;
}

async function subscribeTcp(subscribers: number): Promise<void> {
  for (let count = 0; count < subscribers; count += 1) {
    const socket = connect({ port: Number(address), host: '127.0.0.1', noDelay: true });
    const decoder = audioCodec.decoder();
    socket.on('data', (chunk) => {
      for (const record of decoder.read(chunk)) if (record.type === 'frame') ages.frame(record.frame);
    });
    socket.on('error', () => undefined);
    await once(socket, 'connect');
  }
}

async function subscribeGossip(subscribers: number): Promise<void> {
  const { gossipServices, topic } = await import('./peers/gossip.ts');
  for (let count = 0; count < subscribers; count += 1) {
    const node = await benchNode('gossipsub', await gossipServices());
    const { pubsub } = node.services as unknown as { pubsub: import('./peers/gossip.ts').PubSub };
    pubsub.addEventListener('message', ({ detail }) => {
      for (const record of audioCodec.decoder().read(detail.data))
        if (record.type === 'frame') ages.frame(record.frame);
    });
    pubsub.subscribe(topic);
    await node.dial(multiaddr(address));
  }
  // Meshes form at the heartbeat, once a second.
  await new Promise((resolve) => setTimeout(resolve, 4_000));
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
