import { useRef, useState } from 'preact/hooks';
import type { Choice } from '../../model/select-choices.ts';
import { Icon } from '../icon.tsx';
import { useListbox } from '../use-listbox.ts';

export interface SelectMenuProps {
  label: string;
  choices: Choice[];
  chosen: string[];
  min: number;
  max: number;
  disabled?: boolean;
  /** With one choice as soon as it is made, with several when the list closes. */
  onChoose: (values: string[]) => void;
}

export function SelectMenu({
  label,
  choices,
  chosen,
  min,
  max,
  disabled = false,
  onChoose,
}: SelectMenuProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const text = choices.filter(({ value }) => chosen.includes(value)).map((choice) => choice.label);
  const close = (values?: string[]) => {
    setOpen(false);
    button.current?.focus();
    if (values) onChoose(values);
  };
  return (
    <div class="select">
      <button
        ref={button}
        type="button"
        class="select-button"
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-label={text.length > 0 ? `${label}: ${text.join(', ')}` : label}
        disabled={disabled}
        onClick={() => setOpen(!open)}
      >
        <span class={text.length > 0 ? 'select-text' : 'select-text select-placeholder'}>
          {text.join(', ') || label}
        </span>
        <Icon name="chevron" size={16} />
      </button>
      {open && <Choices {...{ label, choices, chosen, min, max, close }} />}
    </div>
  );
}

interface ChoicesProps extends Pick<SelectMenuProps, 'label' | 'choices' | 'chosen' | 'min' | 'max'> {
  close: (values?: string[]) => void;
}

function Choices({ label, choices, chosen, min, max, close }: ChoicesProps) {
  const [picked, setPicked] = useState(chosen);
  const enough = picked.length >= min;
  const listbox = useListbox({
    count: choices.length,
    several: max > 1,
    initial: choices.findIndex(({ value }) => chosen.includes(value)),
    onPick(index) {
      const value = choices[index]?.value;
      if (value === undefined) return;
      if (max === 1) close([value]);
      else if (picked.includes(value)) setPicked(picked.filter((each) => each !== value));
      else if (picked.length < max) setPicked([...picked, value]);
    },
    onClose: () => close(max > 1 && enough && picked.join() !== chosen.join() ? picked : undefined),
  });
  return (
    <ul class="popup select-list" {...listbox.props} aria-label={label} ref={listbox.ref}>
      {choices.map(({ value, label: name, description, emoji }, index) => (
        <li key={value} class="popup-option" {...listbox.option(index, picked.includes(value))}>
          {emoji && <span aria-hidden="true">{emoji}</span>}
          <span class="option-text">
            <span>{name}</span>
            {description && <span class="option-detail">{description}</span>}
          </span>
          {picked.includes(value) && <Icon name="check" size={16} />}
        </li>
      ))}
      {choices.length === 0 && <li class="popup-empty">Nothing to choose</li>}
      {max > 1 && (
        <li class="popup-empty" role="presentation">
          {enough ? 'Esc or leave to send' : `Choose at least ${min}`} · {picked.length} of up to {max}
        </li>
      )}
    </ul>
  );
}
