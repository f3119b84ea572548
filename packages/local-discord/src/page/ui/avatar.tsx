import { hueOf, initialsOf } from '../model/people.ts';

/** People are round, bots are hexagonal. */
export function Avatar({
  id,
  name,
  bot = false,
  size = 40,
  speaking = false,
}: {
  id: string;
  name: string;
  bot?: boolean | undefined;
  size?: number;
  speaking?: boolean;
}) {
  const style = { '--hue': String(hueOf(id)), '--size': `${size}px` };
  return (
    <span
      class={`avatar ${bot ? 'avatar-bot' : ''} ${speaking ? 'avatar-speaking' : ''}`}
      style={style}
      aria-hidden="true"
    >
      <span class="avatar-face">{initialsOf(name)}</span>
    </span>
  );
}
