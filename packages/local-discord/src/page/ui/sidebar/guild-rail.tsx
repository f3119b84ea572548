import { hueOf, initialsOf } from '../../model/people.ts';
import { useApp, useAppState } from '../../state/app-context.ts';
import { Icon } from '../icon.tsx';
import { ThemeToggle } from '../theme-toggle.tsx';

export function GuildRail() {
  const { actions } = useApp();
  const guilds = useAppState((state) => state.guilds);
  const links = useAppState((state) => state.links);
  const openId = useAppState((state) => state.guildId);
  return (
    <nav class="rail" aria-label="Guilds">
      <ul class="rail-list">
        {guilds.map(({ id, name }) => (
          <li key={id}>
            <button
              type="button"
              class="rail-guild"
              style={{ '--hue': String(hueOf(id)) }}
              aria-current={id === openId ? 'true' : undefined}
              aria-label={name}
              title={name}
              onClick={() => actions.openGuild(id)}
            >
              <span aria-hidden="true">{initialsOf(name)}</span>
            </button>
          </li>
        ))}
      </ul>
      {links.map(({ title, url }) => (
        <a
          key={url}
          class="rail-guild rail-link"
          href={url}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={`${title} (opens a tab)`}
          title={title}
        >
          <Icon name="external" />
        </a>
      ))}
      <ThemeToggle />
    </nav>
  );
}
