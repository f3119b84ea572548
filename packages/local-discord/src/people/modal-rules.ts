import { type APIModalInteractionResponseCallbackData, ComponentType as C } from 'discord-api-types/v10';
import { invalidForm, type Refusal } from '../refusal.ts';
import { type Field, modalFields } from './modal-fields.ts';

const modalComponentsMax = 5;

/** What Discord's published schema of a modal does not hold. */
export function checkModal({ components }: APIModalInteractionResponseCallbackData): void {
  if (components.length < 1 || components.length > modalComponentsMax) {
    throw invalidForm('data.components', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 5 in length.');
  }
  const seen = new Set<string>();
  for (const field of modalFields(components)) {
    if (seen.has(field.custom_id)) {
      throw refusal('COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated');
    }
    seen.add(field.custom_id);
    checkOptions(field);
    checkRange(field);
  }
}

function checkOptions(field: Field): void {
  if (!('options' in field)) return;
  if (field.type === C.RadioGroup && field.options.filter((option) => option.default).length > 1) {
    throw refusal('COMPONENT_DEFAULTS_TOO_MANY', 'Only one option of a radio group can be the default');
  }
  if (new Set(field.options.map(({ value }) => value)).size < field.options.length) {
    throw refusal('COMPONENT_OPTION_VALUE_DUPLICATED', 'The specified option value is already used');
  }
}

function checkRange(field: Field): void {
  if (!('min_values' in field && 'max_values' in field)) return;
  if ((field.min_values ?? 0) > (field.max_values ?? 25)) {
    throw refusal('COMPONENT_VALUES_RANGE_INVALID', 'min_values cannot be more than max_values');
  }
}

function refusal(code: string, message: string): Refusal {
  return invalidForm('data.components', code, message);
}
