import { type APIModalInteractionResponseCallbackData, ComponentType as C } from 'discord-api-types/v10';
import { playgroundErrors } from './errors.ts';

interface Field {
  type: C;
  id?: number;
  custom_id?: string;
  required?: boolean;
  min_length?: number;
  max_length?: number;
  min_values?: number;
  max_values?: number;
  value?: string;
  components?: Field[];
  component?: Field;
}

export type ModalValues = Readonly<Record<string, string | string[]>>;

/** The submitted form: each field with its value, in the shape of the form. Throws when a value does not fit. */
export function fillModal(modal: APIModalInteractionResponseCallbackData, values: ModalValues): object[] {
  const fields = modal.components as unknown as Field[];
  const known = fields.flatMap((row) => (row.component ? [row.component] : (row.components ?? [])));
  for (const customId of Object.keys(values)) {
    if (!known.some((field) => field.custom_id === customId)) throw invalid(`it has no field "${customId}"`);
  }
  return fields.map((row, index) => fillRow(row, index + 1, values));
}

function fillRow(row: Field, id: number, values: ModalValues): object {
  const base = { type: row.type, id: row.id ?? id };
  if (row.component) return { ...base, component: fillField(row.component, id + 100, values) };
  if (row.components)
    return { ...base, components: row.components.map((field) => fillField(field, id + 100, values)) };
  return base;
}

function fillField(field: Field, fallbackId: number, values: ModalValues): object {
  const { type, custom_id = '', id = fallbackId } = field;
  const given = values[custom_id];
  if (type !== C.TextInput) {
    const list = given === undefined ? [] : [given].flat();
    const min = field.min_values ?? (field.required === false ? 0 : 1);
    const max = field.max_values ?? 1;
    if (list.length < min || list.length > max) throw invalid(`"${custom_id}" takes ${min} to ${max} values`);
    return { type, id, custom_id, values: list };
  }
  const value = given === undefined ? (field.value ?? '') : String(given);
  const min = field.min_length ?? 0;
  const max = field.max_length ?? 4_000;
  if (field.required !== false && value === '') throw invalid(`"${custom_id}" is required`);
  if (value !== '' && (value.length < min || value.length > max)) {
    throw invalid(`"${custom_id}" takes ${min} to ${max} characters`);
  }
  return { type, id, custom_id, value };
}

function invalid(reason: string): Error {
  return playgroundErrors.PLAYGROUND_MODAL_INVALID({ reason });
}
