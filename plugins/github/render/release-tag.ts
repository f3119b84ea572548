import type { PublicationContent, RenderSettings } from '#contracts/publisher.ts';
import { fillPath } from '#core/text/path-template.ts';
import { type GithubOptions, refName } from '../options.ts';

/** Every publication makes a tag of its own then: the option is a template. */
export function dependsOnPublication(tag: string): boolean {
  return /\{[A-Za-z]+\}/.test(tag);
}

/** The target's tag for this publication. Placeholders that can't be filled stay, for `tagProblem`. */
export function releaseTag(
  content: Pick<PublicationContent, 'title' | 'tags'>,
  { tag }: Extract<GithubOptions, { kind: 'release' }>,
  settings: RenderSettings,
): string {
  const version = content.tags.find((one) => /^v?\d+(\.\d+)+/.test(one));
  return fillPath(tag.replaceAll('{version}', version ?? '{version}'), { title: content.title, ...settings });
}

export function tagProblem(tag: string): string | undefined {
  if (tag.includes('{version}'))
    return 'The target’s tag has {version}: give the publication a tag such as “v1.2”.';
  const unknown = /\{[A-Za-z]+\}/.exec(tag)?.[0];
  if (unknown)
    return `The target’s tag has the unknown placeholder ${unknown}: use {version}, {date}, {slug} or {key}.`;
  return refName.test(tag) ? undefined : `“${tag}” can’t be a git tag: change the target’s tag.`;
}
