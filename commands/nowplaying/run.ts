import type { CommandCode } from '#contracts/command.ts';
import { showCard } from '../play/card.ts';
import { playerCode } from '../play/player-code.ts';

export const code: CommandCode = { ...playerCode, run: (context) => showCard(context) };
