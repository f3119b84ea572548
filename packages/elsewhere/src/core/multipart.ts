export interface FormPart {
  name: string;
  fileName: string | undefined;
  mediaType: string;
  bytes: Buffer;
}

/** More parts than this are left out. */
const partsMax = 20;

/** The parts of a `multipart/form-data` body; undefined for any other, or one without its end. */
export function partsOf(contentType: string, body: Buffer): FormPart[] | undefined {
  const [, quoted, bare] =
    /^multipart\/form-data;.*boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return undefined;
  const mark = Buffer.from(`--${boundary}`);
  const parts: FormPart[] = [];
  let at = body.indexOf(mark);
  while (at !== -1 && parts.length < partsMax) {
    const start = at + mark.byteLength;
    if (body.subarray(start, start + 2).toString() === '--') return parts;
    at = body.indexOf(mark, start);
    const headEnd = body.indexOf('\r\n\r\n', start);
    if (at === -1 || headEnd === -1) return undefined;
    parts.push(partOf(body.subarray(start, headEnd).toString(), body.subarray(headEnd + 4, at - 2)));
  }
  return undefined;
}

function partOf(head: string, bytes: Buffer): FormPart {
  const [, name = ''] = /\bname="([^"]*)"/i.exec(head) ?? [];
  const [, fileName] = /\bfilename="([^"]*)"/i.exec(head) ?? [];
  const [, mediaType = 'application/octet-stream'] = /^content-type:\s*(\S+)/im.exec(head) ?? [];
  return { name, fileName, mediaType, bytes };
}
