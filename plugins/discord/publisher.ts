import type { PublisherCode } from '#contracts/publisher.ts';
import { fateOf } from '../shared/fate.ts';
import { execute } from './execute.ts';
import { find } from './find.ts';
import type { DiscordOptions } from './options.ts';
import { render } from './render.ts';
import { retract } from './retract.ts';
import { verify } from './verify.ts';

/** Loaded with its first use. */
export const publisher: PublisherCode<DiscordOptions> = {
  verify,
  render,
  execute,
  find,
  retract,
  classify: fateOf,
};
