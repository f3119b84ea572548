export interface FilePart {
  filename: string;
  mediaType: string;
  bytes: Uint8Array;
}

/** One body of known length: Discord's `payload_json` and `files[n]` (RFC 7578). */
export function multipart(
  json: object,
  files: readonly FilePart[],
  seed: string,
): { contentType: string; body: Buffer } {
  const boundary = freeBoundary(seed, files);
  const head = (disposition: string, type: string) =>
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\ncontent-type: ${type}\r\n\r\n`,
    );
  const parts = [
    head('name="payload_json"', 'application/json'),
    Buffer.from(JSON.stringify(json)),
    ...files.flatMap(({ filename, mediaType, bytes }, index) => [
      Buffer.from('\r\n'),
      head(`name="files[${index}]"; filename="${filename}"`, headerSafe(mediaType)),
      bytes,
    ]),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ];
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(parts) };
}

/** Nothing in a file may look like the end of its part. */
function freeBoundary(seed: string, files: readonly FilePart[]): string {
  for (let number = 0; ; number += 1) {
    const boundary = `guildmesh-${seed}-${number}`;
    if (
      !files.some(({ bytes }) =>
        Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(boundary),
      )
    ) {
      return boundary;
    }
  }
}

function headerSafe(mediaType: string): string {
  return /^[\w.+-]+\/[\w.+-]+$/.test(mediaType) ? mediaType : 'application/octet-stream';
}
