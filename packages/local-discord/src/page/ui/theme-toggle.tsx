import { useState } from 'preact/hooks';
import { read, write } from '../state/saved-choices.ts';
import { Icon } from './icon.tsx';

const storageKey = 'playground-theme';
type Theme = 'dark' | 'light';

/** Before the first render, so that nothing flashes. Without a choice the system's colours hold. */
export function restoreTheme(): void {
  const saved = read<Theme>(storageKey);
  if (saved) document.documentElement.dataset.theme = saved;
}

export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>(currentTheme);
  const other = theme === 'dark' ? 'light' : 'dark';
  const toggle = () => {
    document.documentElement.dataset.theme = other;
    write(storageKey, other);
    setTheme(other);
  };
  return (
    <button
      type="button"
      class="icon-button"
      onClick={toggle}
      aria-label={`Use ${other} colours`}
      title={`Use ${other} colours`}
    >
      <Icon name={other === 'light' ? 'sun' : 'moon'} />
    </button>
  );
}

function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === 'dark' || chosen === 'light') return chosen;
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}
