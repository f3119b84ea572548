import type { Command } from '#contracts/command.ts';
import { node } from './node/command.ts';

/** Every slash command there is. A test demands one entry for each folder. */
export const commands: readonly Command[] = [node];
