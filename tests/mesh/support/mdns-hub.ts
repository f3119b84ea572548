/** A hub in a process of its own: prints one line of JSON per change, ends with its stdin. */
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { createMesh } from '#mesh/mesh.ts';
import { TestBroadcasts } from './broadcasts.ts';

const [name = 'Unnamed', keyPath = '', mdnsGroup] = process.argv.slice(2);
const signal = AbortSignal.timeout(60_000);
const mesh = createMesh(
  {
    offeredTo: new TestBroadcasts().offeredTo,
    trust: { names: async () => [], list: async () => [], put: async () => {}, remove: async () => {} },
    intents: {
      list: async () => [{ kind: 'node', key: '', payload: {}, wantedBy: 'test', createdAtMs: 0 }],
      put: async () => {},
      remove: async () => {},
    },
    audit: { record: async () => {} },
    tellManagers: async () => {},
    clock: systemClock(),
    chance: systemChance(),
    logger: silentLogger(),
  },
  {
    communityName: name,
    version: '0.0.0',
    keyPath,
    listen: ['/ip4/127.0.0.1/tcp/0'],
    announce: [],
    bootstrap: [],
    mdns: true,
    mdnsGroup,
    dhtServer: false,
    connectionsMax: 64,
    untrustedConnectionsMax: 16,
    inboundConnectionsPerSecondMax: 100,
    redialMs: 1_000,
    rebroadcastMax: 0,
  },
);
const rssBeforeMiB = process.memoryUsage().rss / 2 ** 20;
const fromMs = performance.now();
const fromCpu = process.cpuUsage();
await mesh.start?.(signal);
const tookMs = performance.now() - fromMs;
const { user, system } = process.cpuUsage(fromCpu);
const cpuMs = (user + system) / 1_000;
print({ started: true, tookMs, cpuMs, rssBeforeMiB, rssMiB: process.memoryUsage().rss / 2 ** 20 });

const timer = setInterval(() => {
  const names = mesh.communities.list().map((community) => community.name);
  print({ names, connected: mesh.communities.list().filter((community) => community.connected).length });
}, 100);
signal.addEventListener('abort', end);
process.stdin.on('close', end).resume();

async function end(): Promise<void> {
  clearInterval(timer);
  await mesh.stop?.();
  process.exit(0);
}

function print(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
