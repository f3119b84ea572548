export interface ChoiceGroupProps {
  id: string;
  label: string;
  options: { value: string; label: string; description?: string }[];
  /** Checkboxes rather than radio buttons. */
  several: boolean;
  chosen: readonly string[];
  onChange: (value: string | string[]) => void;
}

export function ChoiceGroup({ id, label, options, several, chosen, onChange }: ChoiceGroupProps) {
  const choose = (option: string, checked: boolean) => {
    if (!several) onChange(option);
    else onChange(checked ? [...chosen, option] : chosen.filter((each) => each !== option));
  };
  return (
    <fieldset class="choice-group">
      <legend class="hidden">{label}</legend>
      {options.map((option, index) => (
        <label key={option.value} class="choice">
          <input
            id={index === 0 ? id : undefined}
            type={several ? 'checkbox' : 'radio'}
            name={id}
            checked={chosen.includes(option.value)}
            onChange={(event) => choose(option.value, event.currentTarget.checked)}
          />
          <span class="option-text">
            <span>{option.label}</span>
            {option.description && <span class="option-detail">{option.description}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
