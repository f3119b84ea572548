import type { APITextInputComponent } from 'discord-api-types/v10';
import { componentType } from '../../model/discord-types.ts';
import { type FormField, isRequired } from '../../model/form.ts';
import { selectChoices } from '../../model/select-choices.ts';
import { useAppState } from '../../state/app-context.ts';
import { openGuild } from '../../state/selectors.ts';
import { SelectMenu } from '../component/select-menu.tsx';
import { ChoiceGroup } from './choice-group.tsx';

export interface FieldControlProps {
  id: string;
  field: FormField;
  value: string | string[];
  onChange: (value: string | string[]) => void;
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
      return <TextField {...{ id, component, describedBy, onChange }} value={String(value)} />;
    case componentType.RadioGroup:
    case componentType.CheckboxGroup:
      return (
        <ChoiceGroup
          id={id}
          label={label}
          options={component.options}
          several={component.type === componentType.CheckboxGroup}
          value={value}
          onChange={onChange}
        />
      );
    case componentType.Checkbox:
      return (
        <input
          id={id}
          type="checkbox"
          checked={value === 'true'}
          onChange={(event) => onChange(String(event.currentTarget.checked))}
        />
      );
    case componentType.FileUpload:
      return (
        <p class="field-description">
          Files can't be sent from here. Use a command with an attachment option.
        </p>
      );
    default:
      return guild ? (
        <SelectMenu
          label={component.placeholder ?? label}
          choices={selectChoices(component, guild)}
          chosen={Array.isArray(value) ? value : []}
          min={isRequired(component) ? (component.min_values ?? 1) : 0}
          max={component.max_values ?? 1}
          onChoose={onChange}
        />
      ) : null;
  }
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
