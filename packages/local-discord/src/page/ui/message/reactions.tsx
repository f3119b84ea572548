import type { APIReaction } from 'discord-api-types/v10';

export function Reactions({ reactions }: { reactions: APIReaction[] }) {
  if (reactions.length === 0) return null;
  return (
    <ul class="reactions" aria-label="Reactions">
      {reactions.map(({ emoji, count, me }) => (
        <li key={emoji.id ?? emoji.name} class={`reaction ${me ? 'reaction-mine' : ''}`}>
          <span>{emoji.id ? `:${emoji.name}:` : emoji.name}</span>
          <span class="reaction-count">{count}</span>
        </li>
      ))}
    </ul>
  );
}
