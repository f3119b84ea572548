/** Loaded into every hub of this world before anything else (NODE_OPTIONS=--import). */
import { takeOut } from '../taken-out.ts';
import { borderGuards } from './border-guards.ts';

if (process.env.ISOLATION_BORDER_OFF) takeOut('between guilds', borderGuards);
