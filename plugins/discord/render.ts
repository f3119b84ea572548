import type { PublicationContent, Rendered, Step } from '#contracts/publisher.ts';
import { exactBytes } from '#core/text/amounts.ts';
import { findMentions } from '#core/text/mentions.ts';
import { forumProblems, messageProblems } from './limits.ts';
import { composeMessage } from './message-body.ts';
import type { DiscordOptions } from './options.ts';
import type { MessageBody } from './payload.ts';

/** Pure: the same content and options give the same steps. */
export function render(content: PublicationContent, options: DiscordOptions): Rendered {
  const { message, warnings } = composeMessage(content, options.form);
  const title = content.title.trim();
  const opensPost = options.kind === 'forum' || (options.kind === 'webhook' && options.forum);
  const problems = [...messageProblems(message, content.media), ...(opensPost ? forumProblems(title) : [])];
  if (options.kind === 'webhook' && options.forum && options.threadId !== undefined) {
    problems.push(
      'A webhook posts into a thread or opens a forum post, not both: remove one of the options.',
    );
  }
  return {
    steps: problems.length > 0 ? [] : stepsOf(options, title, message, content),
    warnings: [...warnings, ...mentionWarnings(message)],
    problems,
    costMicros: 0,
    preview: [...(opensPost ? [{ label: 'Post title', text: title }] : []), ...previewOf(message, content)],
  };
}

function stepsOf(
  options: DiscordOptions,
  name: string,
  message: MessageBody,
  { media }: PublicationContent,
): Step[] {
  const post = { id: 'post', artifacts: media };
  switch (options.kind) {
    case 'message':
    case 'announcement': {
      const { channelId } = options;
      const summary = `Post in channel ${channelId}`;
      const steps: Step[] = [{ ...post, kind: 'message', summary, payload: { channelId, message } }];
      if (options.kind === 'announcement' && options.crosspost) steps.push(crosspostStep(channelId));
      return steps;
    }
    case 'forum': {
      const { channelId, autoArchiveMinutes, tagIds } = options;
      const payload = { channelId, name, autoArchiveMinutes, tagIds, message };
      return [{ ...post, kind: 'forum', summary: `Open a post in forum ${channelId}`, payload }];
    }
    case 'webhook': {
      const place = {
        ...(options.threadId === undefined ? {} : { threadId: options.threadId }),
        ...(options.forum ? { threadName: name } : {}),
      };
      return [{ ...post, kind: 'webhook', summary: 'Post by webhook', payload: { message, ...place } }];
    }
  }
}

function crosspostStep(channelId: string): Step {
  return {
    id: 'crosspost',
    kind: 'crosspost',
    summary: 'Publish to the servers that follow the channel',
    payload: { channelId, of: 'post' },
    artifacts: [],
  };
}

function mentionWarnings({ content = '' }: MessageBody): string[] {
  const calls = findMentions(content).filter(({ kind }) => kind !== 'channel' && kind !== 'handle');
  if (calls.length === 0) return [];
  const names = [...new Set(calls.map(({ text }) => text))].join(', ');
  return [`${names} is shown but calls nobody: publications never do.`];
}

function previewOf(
  { content, embeds = [], attachments = [] }: MessageBody,
  { media }: PublicationContent,
): Rendered['preview'] {
  const cards = embeds.flatMap(({ title, description, url, footer }) => [
    ...(title ? [{ label: 'Embed title', text: title }] : []),
    ...(description ? [{ label: 'Embed text', text: description }] : []),
    ...(url ? [{ label: 'Embed link', text: url }] : []),
    ...(footer ? [{ label: 'Embed footer', text: footer.text }] : []),
  ]);
  const files = attachments.map(({ filename, title, description }, index) => ({
    label: 'File',
    text: `${title === undefined ? '' : `${title}, as `}${filename} · ${exactBytes(media[index]?.sizeBytes ?? 0)}${description ? ` · ${description}` : ''}`,
  }));
  return [...(content ? [{ label: 'Message', text: content }] : []), ...cards, ...files];
}
