/**
 * Loaded into a hub under test before anything else (NODE_OPTIONS=--import), in every thread. The hub has no switch
 * for any of this: a guard is taken out of the source on its way from the disk, and time steps, stalls and crashes
 * come from a file that the test writes.
 */
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { takeOut } from '../taken-out.ts';
import { guards } from './guards.ts';

/** What the control file holds, as JSON; each number takes effect when it changes. */
export interface Meddling {
  /** Added to the wall clock. */
  stepMs?: number;
  /** Each new number stalls the main thread once. */
  stall?: { number: number; forMs: number };
  /** Each new number keeps the voice worker's thread busy for a while: so much of each span. */
  busy?: { number: number; busyMs: number; everyMs: number; forMs: number };
  /** Each new number throws once in the voice worker. */
  crash?: { number: number };
}

const lookEveryMs = 20;

const guardOff = process.env.VOICE_FAULTS_GUARD_OFF;
if (guardOff) takeOutGuard(guardOff);
const controlFile = process.env.VOICE_FAULTS_CONTROL;
if (controlFile) follow(controlFile);

function takeOutGuard(name: string): void {
  const parts = guards[name];
  if (!parts) throw new Error(`no guard is called ${name}`);
  takeOut(name, parts);
}

function follow(path: string): void {
  const RealDate = Date;
  const realNow = Date.now;
  let stepMs = 0;
  Date.now = () => realNow() + stepMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given: [], newTarget) =>
      Reflect.construct(target, given.length === 0 ? [Date.now()] : given, newTarget),
  });
  const before = read(path);
  let [stallNumber, crashNumber] = [before.stall?.number, before.crash?.number];
  let busyNumber = before.busy?.number;
  setInterval(() => {
    const { busy, crash, stall, stepMs: step = 0 } = read(path);
    stepMs = step;
    if (isMainThread && stall && stall.number !== stallNumber) {
      stallNumber = stall.number;
      spin(stall.forMs);
    }
    if (!isMainThread && busy && busy.number !== busyNumber) {
      busyNumber = busy.number;
      keepBusy(busy);
    }
    if (!isMainThread && crash && crash.number !== crashNumber) {
      crashNumber = crash.number;
      throw new Error('a fault that was ordered');
    }
  }, lookEveryMs).unref();
}

function spin(forMs: number): void {
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs);
}

/** Each span begins when it is due, however late the one before ended. */
function keepBusy({ busyMs, everyMs, forMs }: NonNullable<Meddling['busy']>): void {
  const startMs = performance.now();
  const again = (count: number) => {
    spin(busyMs);
    const nextMs = (count + 1) * everyMs;
    if (nextMs < forMs) setTimeout(() => again(count + 1), startMs + nextMs - performance.now());
  };
  again(0);
}

function read(path: string): Meddling {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // Not written yet, or being written at this moment.
    return {};
  }
}
