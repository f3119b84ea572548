/** The three bytes of Opus silence; by design never end-to-end encrypted. */
const silenceFrame = Buffer.of(0xf8, 0xff, 0xfe);

const marker = 0xfafa;
const markerBytes = 2;
/** Authentication tag, nonce of at least one byte, the size itself, marker. */
const trailerBytesMin = 8 + 1 + 1 + markerBytes;

export function isSilence(payload: Uint8Array): boolean {
  return silenceFrame.equals(payload);
}

/**
 * Whether a frame ends as DAVE's media frames do: …, size of the trailer (1 byte), FA FA. An Opus packet may
 * end so by chance; only decryption proves it.
 */
export function hasDaveTrailer(payload: Buffer): boolean {
  if (payload.length < trailerBytesMin) return false;
  if (payload.readUInt16BE(payload.length - markerBytes) !== marker) return false;
  const trailerBytes = payload.readUInt8(payload.length - markerBytes - 1);
  return trailerBytes >= trailerBytesMin && trailerBytes <= payload.length;
}
