/** Reads request bodies: JSON, and multipart with `payload_json` and `files[n]`. */
import { refusals } from '../refusal.ts';
import type { UploadedFile } from '../world/attachments.ts';

/** Discord refuses larger requests with 40005. */
export const requestBytesMax = 25 * 1024 * 1024;

export interface ReadBody {
  json: unknown;
  files: UploadedFile[];
}

export async function readBody(contentType: string | undefined, bytes: Buffer): Promise<ReadBody> {
  if (contentType?.startsWith('multipart/form-data')) return readForm(contentType, bytes);
  return { json: bytes.byteLength === 0 ? undefined : parse(bytes.toString()), files: [] };
}

async function readForm(contentType: string, bytes: Buffer): Promise<ReadBody> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => {
      throw refusals.invalidJson();
    });
  const files: UploadedFile[] = [];
  const fields: Record<string, string> = {};
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string') fields[name] = value;
    else files.push(await readFile(name, value, files.length));
  }
  return { json: fields.payload_json === undefined ? fields : parse(fields.payload_json), files };
}

async function readFile(field: string, file: File, position: number): Promise<UploadedFile> {
  return {
    index: Number(/^files?\[(\d+)\]$/.exec(field)?.[1] ?? position),
    name: file.name,
    contentType: file.type || 'application/octet-stream',
    bytes: new Uint8Array(await file.arrayBuffer()),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusals.invalidJson();
  }
}
