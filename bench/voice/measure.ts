import { join } from 'node:path';
import { Child } from './child.ts';
import type { Mode, ModePlan } from './plan.ts';
import { cpuMicros, residentBytes } from './process-tree.ts';
import type { SenderOrder } from './senders/sender.ts';

export interface Row {
  mode: Mode;
  dave: boolean;
  channels: number;
  /** CPU time of the sender with its children, for each packet that arrived. */
  cpuMicrosPerPacket: number;
  /** 1 is one core. */
  coreShare: number;
  /** Distance of arrivals from their channel's 20 ms grid. */
  p50JitterMs: number;
  p99JitterMs: number;
  /** Packets whose number never came. */
  lost: number;
  /** Channels without a packet: refused or parked by ours, or starved. */
  silentChannels: number;
  /** In channels that were heard; 50 is right. */
  packetsPerSecondPerChannel: number;
  /** What each channel beyond the first row’s takes, measured at the resident set; the first row has none. */
  kibPerChannel?: number;
  /** Examined packets that opened through every layer, and those that did not. */
  opened: number;
  unopened: number;
}

interface SinkReport {
  packets: number;
  sources: number;
  lost: number;
  p50JitterMs: number | null;
  p99JitterMs: number | null;
  samples: { good: number; silence: number; bad: number };
}

export interface Receiver {
  child: Child;
  endpoint: string;
  certificatePath: string;
}

const startTimeoutMs = 30_000;
const joinTimeoutMs = 120_000;
const reportTimeoutMs = 60_000;
const settleMs = 1_500;
/** A bot with an ffmpeg per guild starts them all at once: the first seconds are theirs. */
const perGuildSettleMs = 5_000;

export async function startReceiver(directory: string): Promise<Receiver> {
  const child = new Child(process.execPath, [join(import.meta.dirname, 'receiver/main.ts'), directory]);
  const { endpoint, certificatePath } = await child.answer<Omit<Receiver, 'child'>>(startTimeoutMs);
  return { child, endpoint, certificatePath };
}

export interface MeasureInit {
  plan: ModePlan;
  dave: boolean;
  channels: number[];
  windowSeconds: number;
  mediaPath: string;
  ffmpegPath: string;
}

/** One sender, measured at each number of channels in turn. */
export async function measure(
  receiver: Receiver,
  init: MeasureInit,
  log: (row: Row) => void,
): Promise<Row[]> {
  const { plan, dave } = init;
  const sender = startSender(receiver, init);
  try {
    const rows: Row[] = [];
    let before: { channels: number; bytes: number } | undefined;
    for (const channels of init.channels) {
      await joinChannels(sender, channels);
      await pause(plan.windowSeconds > 10 ? perGuildSettleMs : settleMs);
      const row = await measureWindow(
        receiver.child,
        sender,
        { mode: plan.mode, dave, channels },
        init.windowSeconds,
      );
      const now = { channels, bytes: residentBytes(sender.pid) };
      if (before)
        row.kibPerChannel = Math.round((now.bytes - before.bytes) / (now.channels - before.channels) / 1_024);
      before ??= now;
      rows.push(row);
      log(row);
    }
    return rows;
  } finally {
    await sender.end();
    await pause(settleMs);
  }
}

export function startSender(
  { endpoint, certificatePath }: Receiver,
  { plan, dave, mediaPath, ffmpegPath }: Pick<MeasureInit, 'plan' | 'dave' | 'mediaPath' | 'ffmpegPath'>,
): Child {
  const order: SenderOrder = { endpoint, dave, mediaPath, ffmpegPath };
  return new Child(
    process.execPath,
    [...(plan.nodeOptions ?? []), plan.script, JSON.stringify(order), plan.extra ?? ''],
    { env: { NODE_EXTRA_CA_CERTS: certificatePath } },
  );
}

/** Resolves when the sender plays into so many channels, those from before included. */
export async function joinChannels(sender: Child, channels: number): Promise<void> {
  sender.tell(String(channels));
  await sender.answer(joinTimeoutMs);
}

async function measureWindow(
  receiver: Child,
  sender: Child,
  what: Pick<Row, 'mode' | 'dave' | 'channels'>,
  seconds: number,
): Promise<Row> {
  receiver.tell('begin');
  const startedAtMs = performance.now();
  const startedMicros = cpuMicros(sender.pid);
  await pause(seconds * 1_000);
  const spentMicros = cpuMicros(sender.pid) - startedMicros;
  const tookMs = performance.now() - startedAtMs;
  receiver.tell('end');
  const { packets, sources, lost, p50JitterMs, p99JitterMs, samples } =
    await receiver.answer<SinkReport>(reportTimeoutMs);
  return {
    ...what,
    cpuMicrosPerPacket: rounded(spentMicros / packets),
    coreShare: rounded(spentMicros / 1_000 / tookMs),
    p50JitterMs: rounded(p50JitterMs ?? Number.NaN),
    p99JitterMs: rounded(p99JitterMs ?? Number.NaN),
    lost,
    silentChannels: what.channels - sources,
    packetsPerSecondPerChannel: rounded(packets / (tookMs / 1_000) / Math.max(1, sources)),
    opened: samples.good,
    unopened: samples.bad,
  };
}

export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
