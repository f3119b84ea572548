import type { Kind } from './kind.ts';
import { command } from './kinds/command.ts';
import { protocol } from './kinds/protocol.ts';
import { publisher } from './kinds/publisher.ts';
import { service } from './kinds/service.ts';

/** The kinds that `npm run new` can make. */
export const kinds: readonly Kind[] = [command, publisher, protocol, service];
