import type { PublisherCode } from '#contracts/publisher.ts';
import { choices } from './choices.ts';
import { classify } from './classify.ts';
import { execute } from './execute.ts';
import { find } from './find.ts';
import { leftover } from './leftover.ts';
import type { GithubOptions } from './options.ts';
import { outdated } from './outdated.ts';
import { references } from './references.ts';
import { releaseNews } from './release-news.ts';
import { render } from './render.ts';
import { retract } from './retract.ts';
import { verify } from './verify.ts';

/** Loaded with its first use. */
export const publisher: PublisherCode<GithubOptions> = {
  verify,
  render,
  execute,
  find,
  retract,
  classify,
  outdated,
  leftover,
  references,
  releaseNews,
  choices,
};
