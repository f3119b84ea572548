import type { PublicationContent, Rendered, RenderSettings } from '#contracts/publisher.ts';
import type { ArchiveOrgOptions, SavePageOptions } from './options.ts';
import { renderItem } from './render-item.ts';

/** Pure: the same content, options and settings give the same steps. */
export function render(
  content: PublicationContent,
  options: ArchiveOrgOptions,
  settings: RenderSettings,
): Rendered {
  return options.kind === 'item' ? renderItem(content, options, settings) : renderSavePage(content, options);
}

function renderSavePage(content: PublicationContent, options: SavePageOptions): Rendered {
  const problems: string[] = [];
  if (content.link === undefined) problems.push('There is no page to save: give the publication a link.');
  const parameters: Record<string, string> = {
    if_not_archived_within: options.ifNotArchivedWithin,
    skip_first_archive: '1',
    ...(options.captureAll ? { capture_all: '1' } : {}),
    ...(options.captureOutlinks ? { capture_outlinks: '1' } : {}),
    ...(options.captureScreenshot ? { capture_screenshot: '1' } : {}),
  };
  const url = content.link ?? '';
  const warnings =
    content.media.length > 0
      ? ['Files are not sent: saving a page keeps the page only. An item target keeps files.']
      : [];
  return {
    steps:
      problems.length > 0
        ? []
        : [
            {
              id: 'save',
              kind: 'save-page',
              summary: `Save ${url} in the Wayback Machine`,
              payload: { url, parameters },
              artifacts: [],
            },
          ],
    warnings,
    problems,
    costMicros: 0,
    preview: [
      { label: 'Page', text: url },
      { label: 'Not again within', text: options.ifNotArchivedWithin },
    ],
  };
}
