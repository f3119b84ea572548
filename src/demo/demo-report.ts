import type { ListenerStats } from '@guildmesh/local-discord/voice/contract';
import {
  type ArrivedFrame,
  compareFrames,
  type FrameComparison,
  type SourceFrame,
} from './frame-comparison.ts';

export interface DemoReport {
  /** True if every channel heard the whole programme, in order, unchanged and encrypted. */
  ok: boolean;
  nodeVersion: string;
  encrypter: string;
  timeToReadyMs: number;
  timeToFirstSoundMs: number;
  framesBroadcast: number;
  channels: ChannelReport[];
  rssMiB: { north: number; south: number };
}

export interface ChannelReport extends FrameComparison {
  guild: string;
  channel: string;
  /** Every programme frame arrived end-to-end encrypted. */
  e2ee: boolean;
  framesPlain: number;
}

/** A channel must have heard at least this share of the requested seconds, at 50 frames each. */
const heardPartMin = 0.9;
const framesPerSecond = 50;

export function channelReport(
  place: { guild: string; channel: string },
  stats: Readonly<ListenerStats>,
  e2eeCount: number,
  heard: readonly ArrivedFrame[],
  source: readonly SourceFrame[],
): ChannelReport {
  const { guild, channel } = place;
  return {
    guild,
    channel,
    e2ee: heard.length > 0 && e2eeCount === heard.length,
    framesPlain: stats.framesPlain,
    ...compareFrames(source, heard),
  };
}

export function holds(report: Omit<DemoReport, 'ok'>, seconds: number): boolean {
  return report.channels.every(
    (channel) =>
      channel.e2ee &&
      channel.framesHeard >= seconds * framesPerSecond * heardPartMin &&
      channel.framesLost === 0 &&
      channel.framesDuplicated === 0 &&
      channel.framesPlain === 0 &&
      channel.framesIdentical === channel.framesHeard,
  );
}

export function readableReport(report: DemoReport): string {
  const lines = [
    `${report.ok ? 'All held' : 'NOT all held'} · Node ${report.nodeVersion} · libp2p over ${report.encrypter}`,
    `ready after ${report.timeToReadyMs} ms, first sound ${report.timeToFirstSoundMs} ms after /relay start`,
    `${report.framesBroadcast} frames broadcast; memory: North ${report.rssMiB.north} MiB, South ${report.rssMiB.south} MiB`,
    ...report.channels.map(
      (c) =>
        `${c.guild} 🔊 ${c.channel}: ${c.framesHeard} heard, ${c.framesIdentical} identical, ${c.framesLost} lost, ` +
        `${c.framesDuplicated} duplicated, ${c.framesPlain} plain; ` +
        `latency p50 ${c.latencyMs.p50} p99 ${c.latencyMs.p99} ms, jitter p99 ${c.jitterMs.p99} ms`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
