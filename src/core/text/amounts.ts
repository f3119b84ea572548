const units = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** "1 byte", "1,234 bytes": where every byte counts. */
export function exactBytes(bytes: number): string {
  return `${bytes.toLocaleString('en')} ${bytes === 1 ? 'byte' : 'bytes'}`;
}

/** "11 bytes", "1.5 KiB", "2 MiB": never 0 of a unit for a non-zero amount. */
export function roughBytes(bytes: number): string {
  if (bytes < 1_024) return exactBytes(bytes);
  let amount = bytes / 1_024;
  let unit = 0;
  // An amount that would be rounded to 1,024 becomes 1 of the next unit.
  while (amount >= 1_023.95 && unit < units.length - 1) {
    amount /= 1_024;
    unit += 1;
  }
  return `${amount.toLocaleString('en', { maximumFractionDigits: 1 })} ${units[unit]}`;
}

/** "16.1 MiB" beside "16 MiB"; exact bytes where both would read the same. */
export function beyondBytes(bytes: number, bytesMax: number): { has: string; takes: string } {
  const has = roughBytes(bytes);
  const takes = roughBytes(bytesMax);
  return has === takes ? { has: exactBytes(bytes), takes: exactBytes(bytesMax) } : { has, takes };
}
