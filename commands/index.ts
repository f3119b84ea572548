import type { Command } from '#contracts/command.ts';
import { access } from './access/command.ts';
import { broadcast } from './broadcast/command.ts';
import { doctor } from './doctor/command.ts';
import { help } from './help/command.ts';
import { node } from './node/command.ts';
import { relay } from './relay/command.ts';

/** Every slash command there is. A test demands one entry for each folder. */
export const commands: readonly Command[] = [node, broadcast, relay, access, doctor, help];
