import { onTestFinished } from 'vitest';
import type { Asker, Playable, PlayerMemory } from '#audio/media/contract.ts';
import type { StoredUpload, UploadStore } from '#audio/tables/upload-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export const member: Asker = { guildId: 'g1', userId: 'ann', role: 'member', membersSeeLibrary: true };
export const stranger: Asker = { ...member, userId: 'ben', membersSeeLibrary: false };
export const publisher: Asker = { ...stranger, userId: 'pat', role: 'publisher' };

export function folderForTest(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return folder.path;
}

export class MemoryCache {
  readonly kept = new Map<string, unknown>();
  async get(key: string) {
    return structuredClone(this.kept.get(key));
  }
  async set(key: string, value: unknown) {
    this.kept.set(key, structuredClone(value));
  }
  async delete(key: string) {
    this.kept.delete(key);
  }
}

export class MemoryUploads implements UploadStore {
  readonly rows: (StoredUpload & { guildId: string })[] = [];
  async list(guildId: string) {
    return this.rows.filter((row) => row.guildId === guildId).reverse();
  }
  async put(guildId: string, upload: StoredUpload) {
    this.rows.push({ ...upload, guildId });
  }
  async drop(guildId: string, cid: string, userId?: string) {
    const isMeant = (row: StoredUpload) => row.cid === cid && (userId === undefined || row.userId === userId);
    const left = this.rows.filter((row) => row.guildId !== guildId || !isMeant(row));
    this.rows.splice(0, this.rows.length, ...left);
  }
}

export function memoryOf(favourites: Playable[] = [], recent: Playable[] = []): PlayerMemory {
  return { favourites: async () => favourites, recent: async () => recent };
}
