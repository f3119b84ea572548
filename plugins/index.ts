import type { PublisherPlugin } from '#contracts/publisher.ts';
import { archiveOrg } from './archive-org/index.ts';
import { bluesky } from './bluesky/index.ts';
import { discord } from './discord/index.ts';
import { github } from './github/index.ts';
import { huggingface } from './huggingface/index.ts';
import { mastodon } from './mastodon/index.ts';
import { webhook } from './webhook/index.ts';
import { x } from './x/index.ts';

/** The folders of plugins/, listed by hand: one per kind of target that results can go to. */
export const plugins: readonly PublisherPlugin[] = [
  archiveOrg,
  bluesky,
  discord,
  github,
  huggingface,
  mastodon,
  webhook,
  x,
];
