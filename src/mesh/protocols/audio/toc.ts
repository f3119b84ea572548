/** Frame duration in quarter milliseconds by the TOC byte's configuration number, RFC 6716 table 2. */
const silk = [40, 80, 160, 240];
const hybrid = [40, 80];
const celt = [10, 20, 40, 80];
const expectedQuarterMs = 80;

/** Whether a packet's header says that it lasts exactly 20 ms. Reads at most two bytes; decodes nothing. */
export function lasts20Ms(packet: Uint8Array): boolean {
  const toc = packet[0];
  if (toc === undefined) return false;
  const count = frameCountOf(toc, packet);
  return count > 0 && count * quarterMsOf(toc >> 3) === expectedQuarterMs;
}

function quarterMsOf(configuration: number): number {
  if (configuration < 12) return silk[configuration % 4] ?? 0;
  if (configuration < 16) return hybrid[configuration % 2] ?? 0;
  return celt[configuration % 4] ?? 0;
}

function frameCountOf(toc: number, packet: Uint8Array): number {
  const code = toc & 0b11;
  if (code === 0) return 1;
  if (code < 3) return 2;
  return (packet[1] ?? 0) & 0b11_1111;
}
