/** Silent sockets at the mesh's door: does a community that is trusted come in all the same, and how soon. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { meshLimits } from '#mesh/limits.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { Friend } from './friend.ts';
import type { TrustOrder } from './hub-process.ts';
import { SilentSockets } from './silent-sockets.ts';

export const connectsWithinMs = 1_000;
const socketCount = 300;
/** So that the sockets that find a place have found it. */
const siegeMs = 3_000;
/** Between tries: shed sockets come back, held ones stay. */
const betweenMs = 200;
const startMs = 30_000;

export interface Tries {
  tries: number;
  /** Within the time, by one dial each. */
  connected: number;
  medianMs: number | undefined;
  slowestMs: number | undefined;
}

export interface Siege {
  /** Whose address the hub knew. */
  known: Tries;
  unknown: Tries;
  /** Sockets that had a place, at most. */
  silentHeld: number;
  shed: number;
}

export interface PendingReport {
  sockets: number;
  withinMs: number;
  oneAddress: Siege;
  /** From more addresses than there are places: only whose address is known is promised a place. */
  manyAddresses: Siege;
  /** From one address, without the guard. */
  control: Siege;
  ok: boolean;
}

export async function runPendingFaults({ tries }: { tries: number }): Promise<PendingReport> {
  const oneAddress = await besiege({ from: ['127.66.0.1'], known: tries / 2, unknown: tries / 2 });
  const crowd = Array.from({ length: 100 }, (_, index) => `127.66.1.${index + 1}`);
  const manyAddresses = await besiege({ from: crowd, known: tries / 2, unknown: 0 });
  const control = await besiege({ from: ['127.66.0.1'], known: 2, unknown: 2, guarded: false });
  const all = ({ known, unknown }: Siege) =>
    known.connected === known.tries && unknown.connected === unknown.tries;
  // Sockets that hold no places prove nothing.
  const bites =
    oneAddress.silentHeld >= meshLimits.pendingPerHostMax &&
    manyAddresses.silentHeld >= meshLimits.pendingStrangersMax;
  const controlFails = control.known.connected + control.unknown.connected === 0;
  return {
    sockets: socketCount,
    withinMs: connectsWithinMs,
    oneAddress,
    manyAddresses,
    control,
    ok: all(oneAddress) && all(manyAddresses) && bites && controlFails,
  };
}

interface SiegePlan {
  from: readonly string[];
  known: number;
  unknown: number;
  guarded?: boolean;
}

async function besiege({ from, known, unknown, guarded = true }: SiegePlan): Promise<Siege> {
  using folder = temporaryFolder();
  await using hub = await Hub.start(join(folder.path, 'key'), guarded);
  using sockets = new SilentSockets(hub.port, from, socketCount);
  await sleep(siegeMs);
  const times: { isKnown: boolean; ms: number | undefined }[] = [];
  let silentHeld = 0;
  for (let index = 0; index < known + unknown; index++) {
    const isKnown = unknown === 0 || (known > 0 && index % 2 === 0);
    const address = `127.77.${index + 1}.1`;
    await using friend = await Friend.at(address);
    await hub.trust({ peerId: friend.peerId, lastAddresses: isKnown ? [`/ip4/${address}/tcp/4180`] : [] });
    silentHeld = Math.max(silentHeld, sockets.holdingCount);
    times.push({ isKnown, ms: await friend.connect(hub.address, connectsWithinMs) });
    await sleep(betweenMs);
  }
  const of = (wanted: boolean) =>
    triesOf(times.filter(({ isKnown }) => isKnown === wanted).map(({ ms }) => ms));
  return { known: of(true), unknown: of(false), silentHeld, shed: sockets.shedCount };
}

function triesOf(times: readonly (number | undefined)[]): Tries {
  const connected = times.filter((ms) => ms !== undefined).sort((a, b) => a - b);
  return {
    tries: times.length,
    connected: connected.length,
    medianMs: connected[Math.floor(connected.length / 2)],
    slowestMs: connected.at(-1),
  };
}

/** The besieged, in a process of its own: the sockets' cost is not its. */
class Hub implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly address: string;

  private constructor(child: ChildProcess, address: string) {
    this.#process = child;
    this.address = address;
  }

  static async start(keyPath: string, guarded: boolean): Promise<Hub> {
    const script = join(import.meta.dirname, 'hub-process.ts');
    const child = fork(script, [keyPath, guarded ? 'guarded' : 'unguarded']);
    const [{ listening }] = await once(child, 'message', { signal: AbortSignal.timeout(startMs) });
    const address = (listening as string[]).find((each) => each.startsWith('/ip4/127.0.0.1/'));
    if (!address) throw new Error('the hub does not listen on this machine');
    return new Hub(child, address);
  }

  get port(): number {
    return Number(/\/tcp\/(\d+)/.exec(this.address)?.[1]);
  }

  async trust(order: TrustOrder): Promise<void> {
    const trusted = once(this.#process, 'message', { signal: AbortSignal.timeout(startMs) });
    this.#process.send(order);
    await trusted;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}
