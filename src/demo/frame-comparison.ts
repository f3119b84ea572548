/** Compares what listeners heard with what the source gave. Pure. */

export interface SourceFrame {
  sequence: number;
  captureTimeMs: number;
  sha256: string;
}

export interface ArrivedFrame {
  arrivedAtMs: number;
  sha256: string;
}

export interface FrameComparison {
  framesHeard: number;
  /** Heard frames that equal the source's, byte for byte. */
  framesIdentical: number;
  /** Source frames between the first and the last heard one that never arrived. */
  framesLost: number;
  framesDuplicated: number;
  /** From capture to RTP arrival. */
  latencyMs: { p50: number; p99: number };
  /** Difference between the time between two arrivals and the time between their captures. */
  jitterMs: { p99: number };
}

export function compareFrames(
  source: readonly SourceFrame[],
  heard: readonly ArrivedFrame[],
): FrameComparison {
  const positions = new Map<string, number[]>();
  source.forEach((frame, index) => {
    const known = positions.get(frame.sha256);
    if (known) known.push(index);
    else positions.set(frame.sha256, [index]);
  });

  const matched: { index: number; arrivedAtMs: number }[] = [];
  const seen = new Set<number>();
  let framesDuplicated = 0;
  let next = 0;
  for (const frame of heard) {
    const index = nextPosition(positions.get(frame.sha256) ?? [], next);
    if (index === undefined) continue;
    if (seen.has(index)) {
      framesDuplicated++;
      continue;
    }
    seen.add(index);
    next = index + 1;
    matched.push({ index, arrivedAtMs: frame.arrivedAtMs });
  }

  const first = matched.at(0)?.index ?? 0;
  const last = matched.at(-1)?.index ?? -1;
  return {
    framesHeard: heard.length,
    framesIdentical: matched.length + framesDuplicated,
    framesLost: last - first + 1 - matched.length,
    framesDuplicated,
    ...timing(source, matched),
  };
}

/** A payload may occur more than once in a programme: the next one not yet passed, else the last (a repeat). */
function nextPosition(candidates: readonly number[], next: number): number | undefined {
  return candidates.find((index) => index >= next) ?? candidates.at(-1);
}

function timing(
  source: readonly SourceFrame[],
  matched: readonly { index: number; arrivedAtMs: number }[],
): Pick<FrameComparison, 'latencyMs' | 'jitterMs'> {
  const latencies = matched.map(
    ({ index, arrivedAtMs }) => arrivedAtMs - (source[index]?.captureTimeMs ?? 0),
  );
  const steps = latencies.slice(1).map((latency, i) => Math.abs(latency - (latencies[i] ?? latency)));
  return {
    latencyMs: { p50: percentile(latencies, 50), p99: percentile(latencies, 99) },
    jitterMs: { p99: percentile(steps, 99) },
  };
}

/** Nearest rank, rounded to a tenth; 0 for nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1);
  return Math.round((sorted[rank] ?? 0) * 10) / 10;
}
