import type { CommandCode } from '#contracts/command.ts';
import { playerCode } from '../play/player-code.ts';
import { showQueue } from '../play/queue.ts';

export const code: CommandCode = { ...playerCode, run: (context) => showQueue(context) };
