import type { WireOption } from '../../../world/wire-command.ts';
import { filledOptions } from '../../model/completion.ts';
import { optionTypeName } from '../../model/option-type-name.ts';
import type { CompletionState } from './use-completion.ts';

/** The options of the command being typed: which are filled, which are still needed. */
export function OptionStrip({ completion }: { completion: CompletionState }) {
  const { command, text, currentOption, place } = completion;
  if (!command || command.options.length === 0) return null;
  const filled = filledOptions(text, command);
  return (
    <ul class="option-strip" aria-label={`Options of /${command.path}`}>
      {command.options.map((option) => {
        const isFilled = filled.has(option.name);
        return (
          <li key={option.name}>
            <button
              type="button"
              class={pillClass(option, isFilled, currentOption?.name === option.name)}
              title={`${option.description} (${optionTypeName(option.type)})`}
              disabled={isFilled}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => place(`${text.trimEnd()} ${option.name}:`)}
            >
              {option.name}
              <span class="pill-note">
                {isFilled ? '✓' : option.required ? 'required' : optionTypeName(option.type)}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function pillClass({ required }: WireOption, isFilled: boolean, isCurrent: boolean): string {
  const state = isCurrent ? 'pill-current' : isFilled ? 'pill-filled' : required ? 'pill-required' : '';
  return `pill ${state}`;
}
