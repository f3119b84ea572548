import type {
  PlayerStore,
  QueueChange,
  Remembered,
  StoredItem,
  StoredPlayer,
} from '#audio/tables/player-store.ts';

/** The tables of players, in memory. */
export class MemoryPlayers implements PlayerStore {
  readonly rows = new Map<string, StoredPlayer>();
  readonly queued = new Map<string, Map<string, StoredItem>>();
  readonly kept = new Map<string, Remembered[]>();
  readonly played = new Map<string, Remembered[]>();

  async players(): Promise<StoredPlayer[]> {
    return structuredClone([...this.rows.values()]);
  }

  async items(guildId: string): Promise<StoredItem[]> {
    const items = [...(this.queued.get(guildId)?.values() ?? [])];
    return structuredClone(items.sort((a, b) => a.place - b.place));
  }

  async write({ player, put, remove }: QueueChange): Promise<void> {
    this.rows.set(player.guildId, { ...player });
    const items = this.queued.get(player.guildId) ?? new Map<string, StoredItem>();
    this.queued.set(player.guildId, items);
    for (const id of remove) items.delete(id);
    for (const item of put) items.set(item.id, structuredClone(item));
  }

  async setPosition(guildId: string, itemId: string, positionMs: number): Promise<void> {
    const row = this.rows.get(guildId);
    if (row?.currentId === itemId) row.positionMs = positionMs;
  }

  async favourites(guildId: string): Promise<Remembered[]> {
    return this.kept.get(guildId) ?? [];
  }

  async keepFavourite(guildId: string, item: Remembered): Promise<boolean> {
    await this.dropFavourite(guildId, item.source);
    this.kept.set(guildId, [item, ...(await this.favourites(guildId))]);
    return true;
  }

  async dropFavourite(guildId: string, source: string): Promise<void> {
    const left = (await this.favourites(guildId)).filter((item) => item.source !== source);
    this.kept.set(guildId, left);
  }

  async recent(guildId: string): Promise<Remembered[]> {
    return this.played.get(guildId) ?? [];
  }

  async addRecent(guildId: string, item: Remembered): Promise<void> {
    this.played.set(guildId, [item, ...(await this.recent(guildId))]);
  }
}
