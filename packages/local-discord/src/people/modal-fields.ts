import {
  type APICheckboxGroupComponent,
  type APIComponentInLabel,
  type APIComponentInModalActionRow,
  type APIFileUploadComponent,
  type APIModalInteractionResponseCallbackData,
  type APIModalSubmissionComponent,
  type APIRadioGroupComponent,
  type APISelectMenuComponent,
  type APITextInputComponent,
  ComponentType as C,
  type ModalSubmitComponent,
} from 'discord-api-types/v10';
import type { FormValue } from '../contract.ts';
import { playgroundErrors } from './errors.ts';

export type Field = APIComponentInLabel | APIComponentInModalActionRow;
/** One whose answer is a list. */
export type ListField = APICheckboxGroupComponent | APIFileUploadComponent | APISelectMenuComponent;
export type ModalValues = Readonly<Record<string, FormValue>>;

export interface FillRules {
  /** Why the guild's select doesn't offer this id; undefined when it does. */
  refusal(select: APISelectMenuComponent, id: string): string | undefined;
}

/**
 * The submitted form: each field with its value, in the shape of the form. A field without a value is sent as the form
 * shows it, with its defaults. The values of a file upload are ids of attachments. Throws when a value does not fit.
 */
export function fillModal(
  { components }: APIModalInteractionResponseCallbackData,
  values: ModalValues,
  rules: FillRules,
): APIModalSubmissionComponent[] {
  const known = modalFields(components);
  for (const customId of Object.keys(values)) {
    if (!known.some((field) => field.custom_id === customId)) throw invalid(`it has no field "${customId}"`);
  }
  const value = (field: Field) => values[field.custom_id];
  return components.map((row, index): APIModalSubmissionComponent => {
    const id = row.id ?? index + 1;
    switch (row.type) {
      case C.Label:
        return {
          type: row.type,
          id,
          component: fillField(row.component, id + 100, value(row.component), rules),
        };
      case C.ActionRow:
        return {
          type: row.type,
          id,
          components: row.components.map((f) => fillText(f, f.id ?? id + 100, value(f))),
        };
      default:
        return { type: row.type, id };
    }
  });
}

/** Everything in a form that takes a value, in order. */
export function modalFields(components: APIModalInteractionResponseCallbackData['components']): Field[] {
  return components.flatMap((row): Field[] => {
    if (row.type === C.Label) return [row.component];
    return row.type === C.ActionRow ? row.components : [];
  });
}

function fillField(
  field: Field,
  fallbackId: number,
  value: FormValue | undefined,
  rules: FillRules,
): ModalSubmitComponent {
  const { custom_id, id = fallbackId } = field;
  switch (field.type) {
    case C.TextInput:
      return fillText(field, id, value);
    case C.RadioGroup:
      return { type: field.type, id, custom_id, value: radioOf(field, value) };
    case C.Checkbox:
      return {
        type: field.type,
        id,
        custom_id,
        value: checkboxOf(custom_id, value ?? field.default ?? false),
      };
    case C.CheckboxGroup:
      return { type: field.type, id, custom_id, values: checkedOf(field, value) };
    case C.FileUpload:
      return { type: field.type, id, custom_id, values: listOf(field, value) };
    default:
      return { type: field.type, id, custom_id, values: selectedOf(field, value, rules) };
  }
}

function fillText(field: APITextInputComponent, id: number, given: FormValue | undefined) {
  const { custom_id } = field;
  const value = given ?? field.value ?? '';
  if (typeof value !== 'string') throw invalid(`"${custom_id}" takes a text`);
  const { min_length: min = 0, max_length: max = 4_000 } = field;
  if (field.required !== false && value === '') throw invalid(`"${custom_id}" is required`);
  if (value !== '' && (value.length < min || value.length > max)) {
    throw invalid(`"${custom_id}" takes ${min} to ${max} characters`);
  }
  return { type: field.type, id, custom_id, value };
}

function radioOf(field: APIRadioGroupComponent, given: FormValue | undefined): string | null {
  const { custom_id, options } = field;
  const value = given === undefined ? (defaultsOf(field)[0] ?? null) : given;
  if (value === null) {
    if (field.required !== false) throw invalid(`"${custom_id}" is required`);
    return null;
  }
  if (typeof value !== 'string') throw invalid(`"${custom_id}" takes one option, or null for none`);
  checkOffered(custom_id, options, [value]);
  return value;
}

function checkboxOf(customId: string, value: FormValue): boolean {
  if (typeof value !== 'boolean') throw invalid(`"${customId}" takes true or false`);
  return value;
}

function checkedOf(field: APICheckboxGroupComponent, given: FormValue | undefined): string[] {
  const { custom_id, options } = field;
  const values = listOf(field, given);
  checkOffered(custom_id, options, values);
  return values;
}

function selectedOf(field: APISelectMenuComponent, given: FormValue | undefined, rules: FillRules): string[] {
  const { custom_id } = field;
  if (field.type === C.StringSelect) {
    const values = listOf(field, given);
    checkOffered(custom_id, field.options, values);
    return values;
  }
  const values = listOf(field, given);
  for (const id of values) {
    const reason = rules.refusal(field, id);
    if (reason) throw invalid(`"${custom_id}" doesn't offer ${id}: ${reason}`);
  }
  return values;
}

/** How many it takes: by default one, but all of a group of boxes. */
export function mostOf(field: ListField): number {
  return field.max_values ?? (field.type === C.CheckboxGroup ? field.options.length : 1);
}

/** What it shows as chosen before anybody touches it. */
export function defaultsOf(field: ListField | APIRadioGroupComponent): string[] {
  if ('options' in field) return field.options.filter((option) => option.default).map(({ value }) => value);
  return 'default_values' in field ? (field.default_values ?? []).map(({ id }) => id) : [];
}

/** A field that isn't required may stay empty whatever its least is. */
function listOf(field: ListField, given: FormValue | undefined): string[] {
  const { custom_id } = field;
  const value = given === undefined ? defaultsOf(field) : given;
  if (value === null || typeof value === 'boolean') throw invalid(`"${custom_id}" takes a list of values`);
  const values = [value].flat();
  const max = mostOf(field);
  const min = Math.min(field.min_values ?? 1, max);
  const mayBeEmpty = field.required === false || min === 0;
  const fits = values.length === 0 ? mayBeEmpty : values.length >= min && values.length <= max;
  if (!fits)
    throw invalid(
      `"${custom_id}" takes ${mayBeEmpty ? `none or ${Math.max(min, 1)}` : min} to ${max} values`,
    );
  if (new Set(values).size < values.length) throw invalid(`"${custom_id}" has a value twice`);
  return values;
}

function checkOffered(
  customId: string,
  options: readonly { value: string }[],
  values: readonly string[],
): void {
  const stranger = values.find((value) => !options.some((option) => option.value === value));
  if (stranger !== undefined) throw invalid(`"${customId}" has no option "${stranger}"`);
}

function invalid(reason: string): Error {
  return playgroundErrors.PLAYGROUND_MODAL_INVALID({ reason });
}
