import type { ServerResponse } from 'node:http';
import { commonHeaders, fileHeaders } from '../page/layout.ts';
import type { Answer } from './route.ts';

/** Types that a browser shows without running anything. */
const shownTypes =
  /^(?:image\/(?:png|jpeg|gif|webp|avif)|audio\/[\w.+-]+|video\/(?:mp4|webm|ogg|quicktime)|text\/plain)$/;

export function writeAnswer(response: ServerResponse, answer: Answer, range?: string): void {
  if (answer.file) return void writeFile(response, { ...answer, file: answer.file }, range);
  const { status, headers = {}, json, text } = answer;
  const body = json === undefined ? text : JSON.stringify(json);
  const type = json === undefined ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(status, {
    ...commonHeaders,
    ...(body !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
    ...headers,
  });
  response.end(body);
}

function writeFile(
  response: ServerResponse,
  { status, headers, file }: Answer & Required<Pick<Answer, 'file'>>,
  range: string | undefined,
): void {
  const { bytes, mediaType, name } = file;
  const bare = mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isShown = shownTypes.test(bare);
  const part = rangeOf(range, bytes.byteLength);
  const sent = part ? bytes.subarray(part.start, part.end + 1) : bytes;
  response.writeHead(part ? 206 : status, {
    ...commonHeaders,
    ...fileHeaders,
    ...headers,
    'content-type': isShown
      ? `${bare}${bare.startsWith('text/') ? '; charset=utf-8' : ''}`
      : 'application/octet-stream',
    'content-length': sent.byteLength,
    'content-disposition': `${isShown ? 'inline' : 'attachment'}; filename*=UTF-8''${encoded(name)}`,
    'accept-ranges': 'bytes',
    ...(part && { 'content-range': `bytes ${part.start}-${part.end}/${bytes.byteLength}` }),
  });
  response.end(sent);
}

/** Players ask for one range at a time. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{1,12})-(\d{0,12})$/.exec(header ?? '') ?? [];
  if (from === '') return undefined;
  const start = Number(from);
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return start <= end ? { start, end } : undefined;
}

function encoded(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16)}`,
  );
}
