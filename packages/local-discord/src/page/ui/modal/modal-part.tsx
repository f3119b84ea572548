import { componentType } from '../../model/discord-types.ts';
import {
  type FieldValue,
  type FormField,
  type FormParts,
  type FormValues,
  formFields,
  isRequired,
} from '../../model/form.ts';
import { Markdown } from '../markdown.tsx';
import { FieldControl } from './field-control.tsx';

export interface ModalPartProps {
  component: FormParts[number];
  values: FormValues;
  setValue: (customId: string, value: FieldValue) => void;
}

export function ModalPart({ component, values, setValue }: ModalPartProps) {
  if (component.type === componentType.TextDisplay) {
    return (
      <div class="text-display">
        <Markdown text={component.content} />
      </div>
    );
  }
  return (
    <>
      {formFields([component]).map((field) => (
        <Field
          key={field.component.custom_id}
          field={field}
          value={values[field.component.custom_id] ?? null}
          onChange={(value) => setValue(field.component.custom_id, value)}
        />
      ))}
    </>
  );
}

interface FieldProps {
  field: FormField;
  value: FieldValue;
  onChange: (value: FieldValue) => void;
}

function Field({ field, value, onChange }: FieldProps) {
  const { label, description, component } = field;
  const id = `field-${component.custom_id}`;
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
        {isRequired(component) && <span class="field-required"> required</span>}
      </label>
      {description && (
        <p class="field-description" id={`${id}-description`}>
          {description}
        </p>
      )}
      <FieldControl id={id} field={field} value={value} onChange={onChange} />
    </div>
  );
}
