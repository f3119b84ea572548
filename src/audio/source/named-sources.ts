import { listCollections, listLibrary, sampleName, sampleTitle } from './library.ts';

const sourcesShownMax = 25;

export interface NamedSource {
  source: string;
  title: string;
}

/** What a person may choose by name: the sample, files, folders and playlists of the library, the test tone. */
export async function namedSources(folders: readonly string[], search: string): Promise<NamedSource[]> {
  const wanted = search.toLowerCase();
  const [files, collections] = await Promise.all([listLibrary(folders), listCollections(folders)]);
  const sources: NamedSource[] = [
    { source: sampleName, title: sampleTitle },
    ...collections.map((source) => ({ source, title: titleOf(source) })),
    ...files.map((source) => ({ source, title: source })),
    { source: 'tone', title: 'Test tone' },
  ];
  return sources
    .filter(({ source, title }) => `${source} ${title}`.toLowerCase().includes(wanted))
    .slice(0, sourcesShownMax);
}

function titleOf(collection: string): string {
  return collection.endsWith('/') ? `Folder ${collection}` : `Playlist ${collection}`;
}
