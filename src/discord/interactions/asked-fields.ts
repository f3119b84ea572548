import { type APIModalSubmission, ComponentType, type ModalSubmitComponent } from 'discord-api-types/v10';
import type { Attachment, FormAnswers, Picked } from '#contracts/command.ts';
import { parseAttachment } from './asked-attachment.ts';
import { pickedOf } from './asked-picks.ts';

interface Answers {
  fields: Record<string, string>;
  picked: Record<string, Picked[]>;
  flags: Record<string, boolean>;
  files: Record<string, Attachment[]>;
}

/** What was filled into a form of ours: each field stands under a label. */
export function parseFields({ components, resolved }: APIModalSubmission): FormAnswers {
  // Names of fields come from outside: none may reach a prototype.
  const answers: Answers = {
    fields: Object.create(null),
    picked: Object.create(null),
    flags: Object.create(null),
    files: Object.create(null),
  };
  for (const label of components)
    if (label.type === ComponentType.Label) take(answers, label.component, resolved);
  return answers;
}

function take(answers: Answers, field: ModalSubmitComponent, resolved: APIModalSubmission['resolved']): void {
  const { custom_id: name } = field;
  switch (field.type) {
    case ComponentType.TextInput:
      answers.fields[name] = field.value.normalize('NFC');
      return;
    case ComponentType.RadioGroup:
      if (field.value !== null) answers.fields[name] = field.value;
      return;
    case ComponentType.Checkbox:
      answers.flags[name] = field.value;
      return;
    case ComponentType.FileUpload:
      answers.files[name] = field.values.flatMap((id) => {
        const file = resolved?.attachments?.[id];
        return file ? [parseAttachment(file)] : [];
      });
      return;
    case ComponentType.StringSelect: {
      // A choice among many is a select: its one value is the field's, too.
      const [only, ...others] = field.values;
      if (only !== undefined && others.length === 0) answers.fields[name] = only;
      answers.picked[name] = pickedOf(field.values);
      return;
    }
    default:
      answers.picked[name] = pickedOf(field.values, resolved);
  }
}
