/** Loaded before the TypeScript: a warm start skips type stripping and parsing, which is faster and 20 MiB smaller. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/guildmesh'));
