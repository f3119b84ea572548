export interface LibraryFoldersInit {
  /** Whose files every guild of this hub may play. */
  libraryDir?: string | undefined;
  /** Whose files one guild alone may play, by its id. */
  guildLibraryDirs?: Readonly<Record<string, string>> | undefined;
}

/** The folders whose files a guild may name as sources, its own first: a name that stands in both means its own file. */
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
