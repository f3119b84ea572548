import type { AppState } from './app-state.ts';
import type { Store } from './store.ts';

/** Something whose id a person may copy. */
export interface IdEntry {
  /** As its line in the menu names it: `channel`, `role Crew`. */
  what: string;
  id: string;
}

export interface OpenIdMenu {
  x: number;
  y: number;
  entries: readonly IdEntry[];
}

/** Discord's developer mode: ids are copied from menus. */
export function createIdMenu(store: Store<AppState>) {
  return {
    openIdMenu: (idMenu: OpenIdMenu) => store.update(() => ({ idMenu })),
    closeIdMenu: () => store.update(() => ({ idMenu: undefined })),
    async copyId({ what, id }: IdEntry): Promise<void> {
      // Where the browser keeps the clipboard to itself, the id is there to be copied by hand.
      const copied = await navigator.clipboard.writeText(id).then(
        () => true,
        () => false,
      );
      store.update(() => ({
        note: { text: copied ? `ID of ${what} copied: ${id}` : `ID of ${what}: ${id}` },
      }));
    },
    closeNote: () => store.update(() => ({ note: undefined })),
  };
}
