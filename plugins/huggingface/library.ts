import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Loaded when first used: a hub that never publishes here doesn't hold it in memory. */
export function library(): typeof import('@huggingface/hub') {
  return require('@huggingface/hub');
}
