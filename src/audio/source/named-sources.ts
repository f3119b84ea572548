import { compareNames, comparePaths, nameHas } from '#core/text/names.ts';
import { sampleName, sampleTitle } from './library.ts';
import type { LibraryIndex, Listing } from './library-index.ts';
import { shortNameOf } from './library-names.ts';

const sourcesShownMax = 25;

export interface NamedSource {
  source: string;
  title: string;
  /** For a long name: a form within the length of Discord's suggestions. */
  short?: string;
}

/** What a person may choose by name: the sample, folders, playlists and files of the library, the test tone. */
export async function namedSources(
  index: LibraryIndex,
  folders: readonly string[],
  search: string,
): Promise<NamedSource[]> {
  const listings = await Promise.all(folders.map((folder) => index.of(folder)));
  const found = (namesOf: (listing: Listing) => readonly string[], titled = (name: string) => name) => {
    const names = listings.flatMap((listing) =>
      firstOf(namesOf(listing), (name) => nameHas(`${name} ${titled(name)}`, search)),
    );
    return [...new Set(names)].sort(comparePaths).map((source) => entryOf(source, titled));
  };
  const always = (source: string, title: string) =>
    nameHas(`${source} ${title}`, search) ? [{ source, title }] : [];
  return [
    ...always(sampleName, sampleTitle),
    ...[
      ...found(
        ({ folders }) => folders,
        (name) => `Folder ${name}`,
      ),
      ...found(
        ({ playlists }) => playlists,
        (name) => `Playlist ${name}`,
      ),
    ].sort((a, b) => compareNames(a.source, b.source)),
    ...found(({ files }) => files),
    ...always('tone', 'Test tone'),
  ].slice(0, sourcesShownMax);
}

function entryOf(source: string, titled: (name: string) => string): NamedSource {
  const short = shortNameOf(source);
  return { source, title: titled(short), ...(short === source ? {} : { short }) };
}

/** As many as are shown, from a list that may hold tens of thousands. */
function firstOf(names: readonly string[], fits: (name: string) => boolean): string[] {
  const found: string[] = [];
  for (const name of names) if (found.length < sourcesShownMax && fits(name)) found.push(name);
  return found;
}
