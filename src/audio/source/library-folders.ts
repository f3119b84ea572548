export interface LibraryFoldersInit {
  /** Folder whose files every guild of this hub may play. */
  libraryDir?: string | undefined;
  /** Folders whose files only one guild may play, by its id. */
  guildLibraryDirs?: Readonly<Record<string, string>> | undefined;
}

/**
 * The folders whose files a guild may name as sources, its own first: a name that exists in both means the guild's own
 * file.
 */
export class LibraryFolders {
  readonly #init: LibraryFoldersInit;

  constructor(init: LibraryFoldersInit) {
    this.#init = init;
  }

  of(guildId: string): readonly string[] {
    const { guildLibraryDirs = {}, libraryDir } = this.#init;
    const own = Object.hasOwn(guildLibraryDirs, guildId) ? guildLibraryDirs[guildId] : undefined;
    return [...new Set([own, libraryDir])].filter((folder) => folder !== undefined);
  }

  all(): readonly string[] {
    const { guildLibraryDirs = {}, libraryDir } = this.#init;
    return [...new Set([libraryDir, ...Object.values(guildLibraryDirs)])].filter(
      (folder) => folder !== undefined,
    );
  }
}
