import type { AppState } from './app-state.ts';

const storageKey = 'playground-choices';

export type SavedChoices = Pick<AppState, 'guildId' | 'channelIds' | 'viewers'>;

export function saveChoices({ guildId, channelIds, viewers }: SavedChoices): void {
  write(storageKey, { guildId, channelIds, viewers });
}

export function savedChoices(): Partial<SavedChoices> {
  return read<SavedChoices>(storageKey) ?? {};
}

/** Undefined also where a browser forbids storage: the page works without it. */
export function read<Value>(key: string): Value | undefined {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as Value);
  } catch {
    return undefined;
  }
}

export function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Private windows may refuse; then choices last as long as the page.
  }
}
