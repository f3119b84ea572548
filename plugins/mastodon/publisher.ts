import type { PublisherCode } from '#contracts/publisher.ts';
import { classify } from './classify.ts';
import { execute } from './execute.ts';
import { find } from './find.ts';
import type { MastodonOptions } from './options.ts';
import { render } from './render.ts';
import { retract } from './retract.ts';
import { verify } from './verify.ts';

/** Loaded with its first use. */
export const publisher: PublisherCode<MastodonOptions> = {
  verify,
  render,
  execute,
  find,
  retract,
  classify,
};
