import type { GuildState } from '../../page-api/protocol.ts';
import { postsOf } from '../model/channel-tree.ts';
import { useApp } from '../state/app-context.ts';
import { Icon } from './icon.tsx';

export function ForumPosts({ guild, forumId }: { guild: GuildState; forumId: string }) {
  const { actions } = useApp();
  const posts = postsOf(guild.channels, forumId);
  return (
    <section class="forum" aria-label="Posts">
      {posts.length === 0 && <p class="empty-note">No posts yet. A bot's post shows up here.</p>}
      <ul>
        {posts.map(({ id, name }) => (
          <li key={id}>
            <button type="button" class="forum-post" onClick={() => actions.openChannel(id)}>
              <Icon name="thread" size={18} />
              {name}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
