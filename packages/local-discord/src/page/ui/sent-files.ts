import { attachmentsMaxBytes, type SentFile } from '../../page-api/protocol.ts';
import { sentName } from '../model/attachment-option.ts';
import { byteText } from '../model/byte-text.ts';

/** The files as the server takes them, or a sentence why not. */
export async function sentFiles(files: readonly File[]): Promise<SentFile[] | string> {
  return tooLarge(files) ?? Promise.all(files.map(sentFile));
}

export async function sentFilesByField(
  files: Readonly<Record<string, readonly File[]>>,
): Promise<Record<string, SentFile[]>> {
  const read = Object.entries(files).map(
    async ([customId, given]) => [customId, await Promise.all(given.map(sentFile))] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}

export function tooLarge(files: readonly File[]): string | undefined {
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  if (totalBytes <= attachmentsMaxBytes) return undefined;
  return `The files have ${byteText(totalBytes)}; at most ${byteText(attachmentsMaxBytes)} can be sent.`;
}

async function sentFile(file: File): Promise<SentFile> {
  return { name: sentName(file.name), bytes: await base64Of(file) };
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
