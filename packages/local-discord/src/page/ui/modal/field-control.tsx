import type { APITextInputComponent } from 'discord-api-types/v10';
import { componentType } from '../../model/discord-types.ts';
import { type FieldValue, type FormField, isRequired } from '../../model/form.ts';
import { selectChoices } from '../../model/select-choices.ts';
import { useAppState } from '../../state/app-context.ts';
import { openGuild } from '../../state/selectors.ts';
import { SelectMenu } from '../component/select-menu.tsx';
import { ChoiceGroup } from './choice-group.tsx';

export interface FieldControlProps {
  id: string;
  field: FormField;
  value: FieldValue;
  onChange: (value: FieldValue) => void;
}

export function FieldControl({
  id,
  field: { label, description, component },
  value,
  onChange,
}: FieldControlProps) {
  const guild = useAppState(openGuild);
  const describedBy = description ? `${id}-description` : undefined;
  switch (component.type) {
    case componentType.TextInput:
      return (
        <TextField
          {...{ id, component, describedBy, onChange }}
          value={typeof value === 'string' ? value : ''}
        />
      );
    case componentType.RadioGroup:
    case componentType.CheckboxGroup:
      return (
        <ChoiceGroup
          id={id}
          label={label}
          options={component.options}
          several={component.type === componentType.CheckboxGroup}
          chosen={chosenOf(value)}
          onChange={onChange}
        />
      );
    case componentType.Checkbox:
      return (
        <input
          id={id}
          type="checkbox"
          checked={value === true}
          aria-describedby={describedBy}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case componentType.FileUpload:
      return (
        <input
          id={id}
          type="file"
          class="file-field"
          multiple={(component.max_values ?? 1) > 1}
          accept={acceptOf(component.file_types)}
          aria-describedby={describedBy}
          required={isRequired(component)}
          onChange={(event) => onChange([...(event.currentTarget.files ?? [])])}
        />
      );
    default:
      return guild ? (
        <SelectMenu
          label={component.placeholder ?? label}
          choices={selectChoices(component, guild)}
          chosen={chosenOf(value)}
          min={isRequired(component) ? (component.min_values ?? 1) : 0}
          max={component.max_values ?? 1}
          onChoose={onChange}
        />
      ) : null;
  }
}

function chosenOf(value: FieldValue): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** Discord's file types as a browser takes them: "audio" → "audio/*", ".log" as it is. */
function acceptOf(types: readonly string[] = []): string | undefined {
  if (types.length === 0) return undefined;
  return types.map((type) => (type.startsWith('.') ? type : `${type}/*`)).join(',');
}

interface TextFieldProps {
  id: string;
  component: APITextInputComponent;
  describedBy: string | undefined;
  value: string;
  onChange: (value: string) => void;
}

function TextField({ id, component, describedBy, value, onChange }: TextFieldProps) {
  const shared = {
    id,
    value,
    class: 'text-field',
    placeholder: component.placeholder,
    maxLength: component.max_length ?? 4_000,
    'aria-describedby': describedBy,
    'aria-required': isRequired(component),
  };
  if (component.style === 2)
    return <textarea {...shared} rows={4} onInput={(event) => onChange(event.currentTarget.value)} />;
  return <input {...shared} type="text" onInput={(event) => onChange(event.currentTarget.value)} />;
}
