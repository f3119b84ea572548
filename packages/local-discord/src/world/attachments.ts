import type { APIAttachment } from 'discord-api-types/v10';
import { refusals } from '../refusal.ts';
import type { Snowflakes } from './snowflakes.ts';

/** Discord's limit for a file of an unboosted guild. */
export const fileBytesMax = 10 * 1024 * 1024;
export const filesMax = 10;
/** What the playground keeps in memory; the oldest files go first. */
const keptBytesMax = 256 * 1024 * 1024;

export interface UploadedFile {
  /** The `n` of `files[n]`, which the body's attachment list refers to. */
  index: number;
  name: string;
  contentType: string;
  bytes: Uint8Array;
}

export interface StoredFile {
  name: string;
  contentType: string;
  bytes: Uint8Array;
}

export class Attachments {
  readonly #snowflakes: Snowflakes;
  readonly #baseUrl: () => string;
  readonly #files = new Map<string, StoredFile>();
  #keptBytes = 0;

  constructor(components: { snowflakes: Snowflakes }, init: { baseUrl: () => string }) {
    this.#snowflakes = components.snowflakes;
    this.#baseUrl = init.baseUrl;
  }

  /** Throws the refusal 40005 for a file that is too large. */
  store(
    channelId: string,
    file: StoredFile,
    told: { title?: string | null; description?: string | null } = {},
  ): APIAttachment {
    if (file.bytes.byteLength > fileBytesMax) throw refusals.fileTooLarge();
    const id = this.#snowflakes.next();
    this.#keep(id, file);
    const name = cleansed(file.name, id);
    const title = told.title ?? (isPlain(file.name) ? undefined : file.name.replace(/(?<=.)\.\w{1,12}$/, ''));
    const url = `${this.#baseUrl()}/attachments/${channelId}/${id}/${encodeURIComponent(name)}`;
    return {
      id,
      filename: name,
      size: file.bytes.byteLength,
      url,
      proxy_url: url,
      content_type: file.contentType,
      ...(title ? { title } : {}),
      ...(told.description ? { description: told.description } : {}),
    };
  }

  get(attachmentId: string): StoredFile | undefined {
    return this.#files.get(attachmentId);
  }

  #keep(id: string, file: StoredFile): void {
    this.#files.set(id, file);
    this.#keptBytes += file.bytes.byteLength;
    for (const [oldest, { bytes }] of this.#files) {
      if (this.#keptBytes <= keptBytesMax) break;
      this.#files.delete(oldest);
      this.#keptBytes -= bytes.byteLength;
    }
  }
}

/**
 * Discord's cleaned form (like werkzeug's `secure_filename`, discord-api-docs #7754): ASCII letters, digits and `._-`,
 * spaces as underscores, none of `._` at the ends. If the name has only other letters, just the extension remains,
 * before which Discord puts hexadecimal digits; the name itself is then in `title` (discord-api-docs #6945).
 */
function cleansed(name: string, id: string): string {
  const ascii = name
    .normalize('NFKD')
    .split(/\s+/)
    .join('_')
    .replace(/[^\w.-]/g, '')
    .replace(/^[._]+|[._]+$/g, '');
  const extension = /\.(\w{1,12})$/.exec(name)?.[1] ?? '';
  if (ascii !== '' && ascii !== extension) return ascii;
  const made = BigInt(id).toString(16).padStart(16, '0');
  return extension === '' ? made : `${made}.${extension}`;
}

function isPlain(name: string): boolean {
  return /^[\w .()-]*$/.test(name);
}
