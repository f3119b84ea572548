/** What the steps carry: the body of the request as it is sent, and where it goes. */
import { z } from 'zod';
import type { Step } from '#contracts/publisher.ts';

const embed = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  url: z.string().optional(),
  footer: z.object({ text: z.string() }).optional(),
  image: z.object({ url: z.string() }).optional(),
});
export type EmbedBody = z.output<typeof embed>;

const messageBody = z.object({
  content: z.string().optional(),
  embeds: z.array(embed).optional(),
  attachments: z
    .array(z.object({ id: z.string(), filename: z.string(), description: z.string().optional() }))
    .optional(),
  allowed_mentions: z.object({ parse: z.array(z.never()) }),
});
export type MessageBody = z.output<typeof messageBody>;

const messagePayload = z.object({ channelId: z.string(), message: messageBody });
const crosspostPayload = z.object({ channelId: z.string(), of: z.string() });
const forumPayload = z.object({
  channelId: z.string(),
  name: z.string(),
  autoArchiveMinutes: z.number(),
  tagIds: z.array(z.string()),
  message: messageBody,
});
const webhookPayload = z.object({
  message: messageBody,
  threadId: z.string().optional(),
  threadName: z.string().optional(),
});
export type ForumPayload = z.output<typeof forumPayload>;
export type WebhookPayload = z.output<typeof webhookPayload>;

export function messagePayloadOf(step: Step): z.output<typeof messagePayload> {
  return messagePayload.parse(step.payload);
}

export function crosspostPayloadOf(step: Step): z.output<typeof crosspostPayload> {
  return crosspostPayload.parse(step.payload);
}

export function forumPayloadOf(step: Step): ForumPayload {
  return forumPayload.parse(step.payload);
}

export function webhookPayloadOf(step: Step): WebhookPayload {
  return webhookPayload.parse(step.payload);
}
