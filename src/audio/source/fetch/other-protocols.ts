/**
 * What speaks at an address that should answer with HTTP, by the first bytes that came. Other services greet by
 * themselves, or answer a question that they don't understand in their own way; saying which shows people at once that
 * port or scheme is wrong.
 */

interface Other {
  what: string;
  is(bytes: Buffer, text: string): boolean;
}

const begins =
  (pattern: RegExp): Other['is'] =>
  (_, text) =>
    pattern.test(text);

const others: readonly Other[] = [
  { what: 'it speaks SSH, not HTTP: the port is another service’s', is: begins(/^SSH-/) },
  {
    // A record of TLS: a handshake, or an alert about the question (RFC 8446 §5.1).
    what: 'it speaks TLS there: begin the address with https://',
    is: (bytes) => (bytes[0] === 0x15 || bytes[0] === 0x16) && bytes[1] === 3,
  },
  {
    // SETTINGS of stream 0, a server's first frame (RFC 9113 §3.4).
    what: 'it speaks HTTP/2 alone, which isn’t spoken without TLS',
    is: (bytes) => bytes[0] === 0 && bytes[3] === 4 && bytes.length >= 9 && bytes.readUInt32BE(5) === 0,
  },
  { what: 'it is a mail or file server (SMTP, FTP), not a web server', is: begins(/^220[ -]/) },
  { what: 'it is a mail server (POP3, IMAP), not a web server', is: begins(/^(?:\+OK|\* OK)\b/) },
  { what: 'it is a shared screen (VNC), not a web server', is: begins(/^RFB \d/) },
  { what: 'it is a database (Redis), not a web server', is: begins(/^-(?:ERR|DENIED) /) },
  {
    what: 'it is a database (MySQL), not a web server',
    is: (bytes, text) => bytes[3] === 0 && bytes[4] === 10 && /^\d+\./.test(text.slice(5)),
  },
  {
    what: 'it sends its content without the head of an answer (HTTP/0.9), which isn’t played',
    is: (bytes, text) =>
      /^(?:ID3|OggS|fLaC|RIFF|FORM|ADIF|#EXTM3U|\[playlist\]|.{4}ftyp|\s*<[!?a-z])/is.test(text) ||
      (bytes[0] === 0xff && (bytes[1] ?? 0) >= 0xe0),
  },
];
/** As many as tell them from each other. */
const beginBytes = 16;
const mayBeHead = /^(?:H(?:T(?:T(?:P.*)?)?)?|I(?:C(?:Y.*)?)?)?$/is;

/** In words for people; undefined while it may still become an answer of HTTP or SHOUTcast. */
export function whatSpeaks(held: Buffer, isOver: boolean): string | undefined {
  const blankBytes = /^[\r\n]*/.exec(held.toString('latin1', 0, 64))?.[0].length ?? 0;
  const bytes = held.subarray(blankBytes, blankBytes + 64);
  const text = bytes.toString('latin1');
  if (mayBeHead.test(text)) {
    if (!isOver) return undefined;
    return text === ''
      ? 'it closed the connection without an answer'
      : 'it closed the connection within the head of its answer';
  }
  // Bytes may come one by one: wait for more.
  if (bytes.length < beginBytes && !isOver) return undefined;
  const other = others.find(({ is }) => is(bytes, text));
  if (other) return other.what;
  const isText = bytes.every((byte) => byte >= 0x20 || [0x09, 0x0a, 0x0d].includes(byte));
  return isText
    ? 'it speaks neither HTTP nor SHOUTcast'
    : 'it sends bytes that are neither HTTP nor SHOUTcast';
}
