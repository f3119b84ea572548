import {
  type APIModalInteractionResponseCallbackData,
  type APITextInputComponent,
  ComponentType as C,
} from 'discord-api-types/v10';
import { invalidForm, type Refusal } from '../refusal.ts';
import { defaultsOf, type Field, modalFields, mostOf } from './modal-fields.ts';

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
    if (field.type === C.TextInput) checkText(field);
  }
}

function checkOptions(field: Field): void {
  if (!('options' in field)) return;
  if (field.type === C.RadioGroup && defaultsOf(field).length > 1) {
    throw refusal('COMPONENT_DEFAULTS_TOO_MANY', 'Only one option of a radio group can be the default');
  }
  if (new Set(field.options.map(({ value }) => value)).size < field.options.length) {
    throw refusal('COMPONENT_OPTION_VALUE_DUPLICATED', 'The specified option value is already used');
  }
}

function checkRange(field: Field): void {
  if (field.type === C.TextInput || field.type === C.RadioGroup || field.type === C.Checkbox) return;
  const most = mostOf(field);
  if ((field.min_values ?? 1) > most) {
    throw refusal('COMPONENT_VALUES_RANGE_INVALID', 'min_values cannot be more than max_values');
  }
  if (field.min_values === 0 && field.required !== false) {
    throw refusal('COMPONENT_REQUIRED_MIN_VALUES', 'required must be false when min_values is 0');
  }
  if (defaultsOf(field).length > most) {
    throw refusal('COMPONENT_DEFAULTS_TOO_MANY', 'There cannot be more defaults than max_values');
  }
}

function checkText({
  value = '',
  min_length: least = 0,
  max_length: most = 4_000,
}: APITextInputComponent): void {
  if (least > most)
    throw refusal('COMPONENT_LENGTH_RANGE_INVALID', 'min_length cannot be more than max_length');
  if (value.length > most) {
    throw refusal('BASE_TYPE_MAX_LENGTH', `Must be ${most} or fewer in length.`);
  }
}

function refusal(code: string, message: string): Refusal {
  return invalidForm('data.components', code, message);
}
