import { attachmentsMaxBytes, type SentFile } from '../../../page-api/protocol.ts';
import { sentName } from '../../model/attachment-option.ts';
import { byteText } from '../../model/byte-text.ts';

/** The files as the server takes them, or a sentence why not. */
export async function sentFiles(files: readonly File[]): Promise<SentFile[] | string> {
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  if (totalBytes > attachmentsMaxBytes) {
    return `The files have ${byteText(totalBytes)}; at most ${byteText(attachmentsMaxBytes)} can be sent.`;
  }
  return Promise.all(files.map(async (file) => ({ name: sentName(file.name), bytes: await base64Of(file) })));
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
