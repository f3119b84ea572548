/**
 * Synthetic networks, no measured ones: one reliable, ordered stream, as frames cross it. A lost packet comes again
 * after the round trip and holds back what follows; a spike is a stall of the whole path.
 */
export interface NetworkModel {
  baseMs: number;
  /** Mean of an exponential distribution, per frame. */
  jitterMs: number;
  /** Share of packets. */
  loss: number;
  spikeEveryMs: number;
  /** Mean of an exponential distribution. */
  spikeMs: number;
  roundTripMs: number;
}

export const networks: Record<'good' | 'wifi' | 'bad', NetworkModel> = {
  good: { baseMs: 25, jitterMs: 2, loss: 0.0005, spikeEveryMs: 120_000, spikeMs: 60, roundTripMs: 50 },
  wifi: { baseMs: 40, jitterMs: 8, loss: 0.005, spikeEveryMs: 30_000, spikeMs: 120, roundTripMs: 80 },
  bad: { baseMs: 90, jitterMs: 20, loss: 0.02, spikeEveryMs: 15_000, spikeMs: 250, roundTripMs: 180 },
};

const frameMs = 20;
/** How much later than a round trip a loss is noticed by what follows, and how often only a time-out notices it. */
const noticeMs = 25;
const timeoutShare = 0.15;
const timeoutMsMin = 200;

/** When frame 0, 1, 2, … arrives, in milliseconds since frame 0 was sent. */
export function* arrivals(model: NetworkModel, random: () => number): Generator<number, never> {
  const exponential = (mean: number) => -mean * Math.log(1 - random());
  let stalledUntilMs = 0;
  let nextSpikeMs = exponential(model.spikeEveryMs);
  let lastMs = 0;
  for (let sentMs = 0; ; sentMs += frameMs) {
    while (nextSpikeMs <= sentMs) {
      stalledUntilMs = Math.max(stalledUntilMs, nextSpikeMs + exponential(model.spikeMs));
      nextSpikeMs += exponential(model.spikeEveryMs);
    }
    let onTheWayMs = model.baseMs + exponential(model.jitterMs);
    while (random() < model.loss) onTheWayMs += repairMs(model, random);
    lastMs = Math.max(lastMs, Math.max(sentMs, stalledUntilMs) + onTheWayMs);
    yield lastMs;
  }
}

function repairMs({ roundTripMs }: NetworkModel, random: () => number): number {
  return random() < timeoutShare ? Math.max(timeoutMsMin, 2 * roundTripMs) : roundTripMs + noticeMs;
}
