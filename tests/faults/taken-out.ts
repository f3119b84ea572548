import { registerHooks } from 'node:module';

/** A guard in the source of a hub, and what the source is without it. */
export interface Guard {
  /** End of the file's URL. */
  file: string;
  guard: string;
  without: string;
}

/**
 * Takes guards out of the source on its way from the disk, in this process: the hub has no switch for it. Throws where
 * the text of a guard isn't there any more.
 */
export function takeOut(name: string, guards: readonly Guard[]): void {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      const here = guards.filter(({ file }) => url.endsWith(file));
      if (here.length === 0) return loaded;
      let source = String(loaded.source);
      for (const { file, guard, without } of here) {
        if (!source.includes(guard)) throw new Error(`guard ${name} is not to be found in ${file}`);
        source = source.replace(guard, () => without);
      }
      return { ...loaded, source };
    },
  });
}
