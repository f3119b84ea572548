import type { APIChannel, APIMessage } from 'discord-api-types/v10';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { GuildState } from '../../../page-api/protocol.ts';
import { continuesGroup } from '../../model/message-groups.ts';
import { useAppState } from '../../state/app-context.ts';
import { messagesOf } from '../../state/selectors.ts';
import { Message } from './message.tsx';
import { RunNotice } from './run-notice.tsx';

/** Closer to the end than this counts as reading the newest. */
const endPx = 80;

export function MessageList({ guild, channel }: { guild: GuildState; channel: APIChannel }) {
  const all = useAppState((state) => messagesOf(state, channel.id));
  const dismissed = useAppState((state) => state.dismissed);
  const runs = useAppState((state) => state.runs);
  const messages = all.filter(({ id }) => !dismissed.has(id));
  const shownRuns = runs.filter(({ channelId }) => channelId === channel.id);
  const scroller = useFollowEnd([all, runs]);
  return (
    <div
      class="messages"
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
      tabIndex={0}
      role="log"
      aria-label={`Messages in ${channel.name}`}
    >
      <div class="messages-start">
        <h3>{channel.name}</h3>
        <p>This is where {channel.name} begins. Type / to see what the bots can do.</p>
      </div>
      <ol class="message-rows">
        {messages.map((message, index) => (
          <Message
            key={message.id}
            guild={guild}
            message={message}
            grouped={continuesGroup(messages[index - 1], message)}
            replied={repliedTo(messages, message)}
          />
        ))}
      </ol>
      {shownRuns.map((run) => (
        <RunNotice key={run.id} run={run} />
      ))}
    </div>
  );
}

/** Stays at the newest message, unless the reader has scrolled back. */
function useFollowEnd(changes: unknown[]) {
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const onScroll = () => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < endPx;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    // Panels, the voice room and images change the room there is.
    const follow = () => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    };
    const observer = new ResizeObserver(follow);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, []);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && atEnd.current) element.scrollTop = element.scrollHeight;
  }, changes);
  return scroller;
}

function repliedTo(
  messages: readonly APIMessage[],
  { message_reference }: APIMessage,
): APIMessage | undefined {
  const id = message_reference?.message_id;
  return id === undefined ? undefined : messages.find((message) => message.id === id);
}
