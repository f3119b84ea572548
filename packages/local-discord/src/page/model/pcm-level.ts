export interface PcmLevel {
  /** 0…1, the loudest sample. */
  peak: number;
  /** 0…1, root mean square. */
  rms: number;
}

export const silence: PcmLevel = { peak: 0, rms: 0 };
/** What the meter shows as its left end. */
const floorDbfs = -60;

export function levelOf(channels: readonly Float32Array[]): PcmLevel {
  let peak = 0;
  let squares = 0;
  let count = 0;
  for (const samples of channels) {
    for (const sample of samples) {
      peak = Math.max(peak, Math.abs(sample));
      squares += sample * sample;
    }
    count += samples.length;
  }
  return count === 0 ? silence : { peak, rms: Math.sqrt(squares / count) };
}

export function louderOf(a: PcmLevel, b: PcmLevel): PcmLevel {
  return { peak: Math.max(a.peak, b.peak), rms: Math.max(a.rms, b.rms) };
}

/** 0…100 along a decibel scale, as ears have it: −60 dBFS and less is 0. */
export function meterPercent(rms: number): number {
  if (rms <= 0) return 0;
  const dbfs = 20 * Math.log10(rms);
  return Math.round(Math.min(1, Math.max(0, 1 - dbfs / floorDbfs)) * 100);
}
