import type {
  APIComponentInLabel,
  APIComponentInModalActionRow,
  APIModalInteractionResponseCallbackData,
} from 'discord-api-types/v10';
import { componentType } from './discord-types.ts';

export type FormParts = APIModalInteractionResponseCallbackData['components'];
/** As the form shows it: a text, a tick, a radio button or none, chosen values, or files. */
export type FieldValue = string | boolean | null | string[] | File[];
/** By custom id. */
export type FormValues = Record<string, FieldValue>;

type FieldComponent = APIComponentInLabel | APIComponentInModalActionRow;

export interface FormField {
  label: string;
  description: string | undefined;
  component: FieldComponent;
}

/** Everything in a form that takes a value, in order. */
export function formFields(parts: FormParts): FormField[] {
  return parts.flatMap((part): FormField[] => {
    if (part.type === componentType.Label) {
      return [{ label: part.label, description: part.description, component: part.component }];
    }
    if (part.type === componentType.ActionRow) {
      return part.components.map((component) => ({
        label: 'label' in component && component.label ? component.label : component.custom_id,
        description: undefined,
        component,
      }));
    }
    return [];
  });
}

export function initialValues(fields: readonly FormField[]): FormValues {
  return Object.fromEntries(fields.map(({ component }) => [component.custom_id, initialValue(component)]));
}

/** What is sent: a value for each field but the file uploads, and their files, both by custom id. */
export function formValues(fields: readonly FormField[], values: FormValues) {
  const sent: { values: Record<string, string | boolean | null | string[]>; files: Record<string, File[]> } =
    {
      values: {},
      files: {},
    };
  for (const { component } of fields) {
    const value = values[component.custom_id] ?? initialValue(component);
    if (!Array.isArray(value)) sent.values[component.custom_id] = value;
    else if (component.type !== componentType.FileUpload)
      sent.values[component.custom_id] = value.map(String);
    else sent.files[component.custom_id] = value.filter((each) => each instanceof File);
  }
  return sent;
}

/** A sentence about the first field that can't be sent as it is. */
export function unmetField(fields: readonly FormField[], values: FormValues): string | undefined {
  for (const { label, component } of fields) {
    const value = values[component.custom_id];
    if (typeof value === 'boolean') continue;
    if (!value || value.length === 0) {
      if (isRequired(component)) return `“${label}” is required.`;
      continue;
    }
    if (component.type === componentType.RadioGroup) continue;
    const { least, most, unit } = boundsOf(component);
    if (value.length < least) return `“${label}” needs at least ${least} ${unit}.`;
    if (value.length > most) return `“${label}” takes at most ${most} ${unit}.`;
  }
  return undefined;
}

/** Discord's default for all but the checkbox is required. */
export function isRequired(component: FieldComponent): boolean {
  if (component.type === componentType.Checkbox) return false;
  return component.required ?? true;
}

function boundsOf(component: FieldComponent): { least: number; most: number; unit: string } {
  if (component.type === componentType.TextInput) {
    return { least: component.min_length ?? 0, most: component.max_length ?? 4_000, unit: 'characters' };
  }
  const least = 'min_values' in component ? (component.min_values ?? 1) : 0;
  const most = 'max_values' in component ? (component.max_values ?? mostByDefault(component)) : 1;
  const unit = component.type === componentType.FileUpload ? 'files' : 'choices';
  return { least, most, unit };
}

/** Discord's default is one, but all for a group of checkboxes. */
function mostByDefault(component: FieldComponent): number {
  return component.type === componentType.CheckboxGroup ? component.options.length : 1;
}

function initialValue(component: FieldComponent): FieldValue {
  switch (component.type) {
    case componentType.TextInput:
      return component.value ?? '';
    case componentType.StringSelect:
    case componentType.CheckboxGroup:
      return component.options.filter((option) => option.default).map(({ value }) => value);
    case componentType.RadioGroup:
      return component.options.find((option) => option.default)?.value ?? null;
    case componentType.Checkbox:
      return component.default ?? false;
    case componentType.FileUpload:
      return [];
    default:
      return (component.default_values ?? []).map(({ id }) => id);
  }
}
