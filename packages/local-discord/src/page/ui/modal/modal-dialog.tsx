import { useEffect, useRef, useState } from 'preact/hooks';
import { formFields, formValues, initialValues, unmetField } from '../../model/form.ts';
import { useApp } from '../../state/app-context.ts';
import type { OpenModal } from '../../state/app-state.ts';
import { Icon } from '../icon.tsx';
import { sentFilesByField, tooLarge } from '../sent-files.ts';
import { ModalPart } from './modal-part.tsx';

/** A bot's form. Closing it sends nothing, as in Discord. */
export function ModalDialog({ modal }: { modal: OpenModal }) {
  const { actions } = useApp();
  const dialog = useRef<HTMLDialogElement>(null);
  const fields = formFields(modal.data.components);
  const [values, setValues] = useState(() => initialValues(fields));
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>('.modal-body :is(input, textarea, button)')?.focus();
  }, []);

  const submit = async (event: Event) => {
    event.preventDefault();
    const { values: sent, files } = formValues(fields, values);
    const unmet = unmetField(fields, values) ?? tooLarge(Object.values(files).flat());
    if (unmet) setProblem(unmet);
    else actions.submitModal(sent, await sentFilesByField(files));
  };

  return (
    <dialog ref={dialog} class="modal" aria-labelledby="modal-title" onClose={actions.closeModal}>
      <form class="modal-form" onSubmit={submit} noValidate>
        <header class="modal-head">
          <h2 id="modal-title">{modal.data.title}</h2>
          <button
            type="button"
            class="icon-button"
            aria-label="Close without sending"
            onClick={() => dialog.current?.close()}
          >
            <Icon name="close" />
          </button>
        </header>
        <div class="modal-body">
          {modal.data.components.map((component, index) => (
            <ModalPart
              key={component.id ?? index}
              component={component}
              values={values}
              setValue={(customId, value) => setValues((all) => ({ ...all, [customId]: value }))}
            />
          ))}
        </div>
        <footer class="modal-foot">
          <p class="modal-problem" role="alert">
            {problem}
          </p>
          <button type="button" class="button button-secondary" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="button button-primary">
            Submit
          </button>
        </footer>
      </form>
    </dialog>
  );
}
