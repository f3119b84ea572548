import type { PublicationContent, Rendered, RenderSettings, Step } from '#contracts/publisher.ts';
import { folded, neutralContent, spoilerWarnings } from '../shared/neutral-content.ts';
import { unrenderable } from '../shared/unrenderable.ts';
import type { GithubOptions } from './options.ts';
import { renderFiles } from './render/files.ts';
import { renderGist } from './render/gist.ts';
import { renderRelease } from './render/release.ts';
import { writingOf } from './render/writing.ts';

/** What one kind of target renders, before costs and the checks that are the same for all. */
export interface Draft {
  steps: Step[];
  warnings: string[];
  problems: string[];
  preview: { label: string; text: string }[];
}

/** Pure: steps, preview and every limit of GitHub that can be known before something is sent. */
export function render(
  given: PublicationContent,
  options: GithubOptions,
  settings: RenderSettings,
): Rendered {
  try {
    const canFold = options.kind !== 'pages';
    const content = neutralContent(given, canFold ? folded : undefined);
    const writing = writingOf(content, options.kind);
    const draft = draftOf(content, options, settings, writing.text);
    return {
      ...draft,
      warnings: [
        ...(canFold ? [] : spoilerWarnings(given, 'this page')),
        ...writing.warnings,
        ...draft.warnings,
      ],
      problems: [...writing.problems, ...draft.problems],
      costMicros: 0,
    };
  } catch (error) {
    return unrenderable(error);
  }
}

function draftOf(
  content: PublicationContent,
  options: GithubOptions,
  settings: RenderSettings,
  text: string,
): Draft {
  switch (options.kind) {
    case 'gist':
      return renderGist(content, options, settings, text);
    case 'release':
      return renderRelease(content, options, settings, text);
    default:
      return renderFiles(content, options, settings, text);
  }
}
