import {
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  TextInputStyle,
} from 'discord-api-types/v10';
import type { Form, FormField } from '#contracts/command.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import { formFieldsMax, formHelpMax, formLabelMax, formTextMax } from './limits.ts';

/** A form as Discord's window. Throws a RangeError for one it would refuse: a defect of the command that asked. */
export function formWindow(form: Form, customId: string): APIModalInteractionResponseCallbackData {
  const { title, fields } = form;
  if (fields.length < 1 || fields.length > formFieldsMax) throw new RangeError('form: 1 to 5 fields');
  return {
    custom_id: customId,
    title: cutGraphemes(title, formLabelMax),
    components: fields.map(labelled),
  };
}

function labelled({ name, label, help, style, value, required, lengthMax }: FormField): APILabelComponent {
  if (label.length > formLabelMax || (help?.length ?? 0) > formHelpMax || lengthMax > formTextMax)
    throw new RangeError(`form: field ${name} is too large`);
  return {
    type: ComponentType.Label,
    label,
    ...(help && { description: help }),
    component: {
      type: ComponentType.TextInput,
      custom_id: name,
      style: style === 'line' ? TextInputStyle.Short : TextInputStyle.Paragraph,
      required,
      max_length: lengthMax,
      // Discord refuses a value longer than the field accepts.
      ...(value && value.length <= lengthMax && { value }),
    },
  };
}
