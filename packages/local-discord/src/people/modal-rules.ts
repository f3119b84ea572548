import type { APIModalInteractionResponseCallbackData } from 'discord-api-types/v10';
import { invalidForm } from '../refusal.ts';

const modalComponentsMax = 5;

/** What Discord's published schema of a modal does not hold. */
export function checkModal(modal: APIModalInteractionResponseCallbackData): void {
  if (modal.components.length < 1 || modal.components.length > modalComponentsMax) {
    throw invalidForm('data.components', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 5 in length.');
  }
}
