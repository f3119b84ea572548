/** Frame duration in quarter milliseconds by the TOC byte's configuration number, RFC 6716 table 2. */
const SILK = [40, 80, 160, 240];
const HYBRID = [40, 80];
const CELT = [10, 20, 40, 80];
const EXPECTED_QUARTER_MS = 80;

/** Whether a packet says of itself that it lasts exactly 20 ms. Looks at no more than two bytes; decodes nothing. */
export function lasts20Ms(packet: Uint8Array): boolean {
  const toc = packet[0];
  if (toc === undefined) return false;
  const count = frameCountOf(toc, packet);
  return count > 0 && count * quarterMsOf(toc >> 3) === EXPECTED_QUARTER_MS;
}

function quarterMsOf(configuration: number): number {
  if (configuration < 12) return SILK[configuration % 4] ?? 0;
  if (configuration < 16) return HYBRID[configuration % 2] ?? 0;
  return CELT[configuration % 4] ?? 0;
}

function frameCountOf(toc: number, packet: Uint8Array): number {
  const code = toc & 0b11;
  if (code === 0) return 1;
  if (code < 3) return 2;
  return (packet[1] ?? 0) & 0b11_1111;
}
