import { type APIModalInteractionResponseCallbackData, ComponentType as C } from 'discord-api-types/v10';
import { invalidForm } from '../refusal.ts';
import { modalFields } from './modal-fields.ts';

const modalComponentsMax = 5;

/** What Discord's published schema of a modal does not hold. */
export function checkModal({ components }: APIModalInteractionResponseCallbackData): void {
  if (components.length < 1 || components.length > modalComponentsMax) {
    throw invalidForm('data.components', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 5 in length.');
  }
  const seen = new Set<string>();
  for (const field of modalFields(components)) {
    const refuse = (code: string, message: string) => invalidForm('data.components', code, message);
    if (seen.has(field.custom_id)) {
      throw refuse('COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated');
    }
    seen.add(field.custom_id);
    if (field.type === C.RadioGroup && field.options.filter((option) => option.default).length > 1) {
      throw refuse('COMPONENT_DEFAULTS_TOO_MANY', 'Only one option of a radio group can be the default');
    }
    if ('options' in field && new Set(field.options.map(({ value }) => value)).size < field.options.length) {
      throw refuse('COMPONENT_OPTION_VALUE_DUPLICATED', 'The specified option value is already used');
    }
    if (
      'min_values' in field &&
      'max_values' in field &&
      (field.min_values ?? 0) > (field.max_values ?? 25)
    ) {
      throw refuse('COMPONENT_VALUES_RANGE_INVALID', 'min_values cannot be more than max_values');
    }
  }
}
