/** Payloads of the steps: the body of the request as it is sent, and its destination. */
import { z } from 'zod';
import { stepReader } from '../shared/step-codec.ts';

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
    .array(
      z.object({
        id: z.string(),
        filename: z.string(),
        title: z.string().optional(),
        description: z.string().optional(),
      }),
    )
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
const deletePayload = z.object({ channelId: z.string(), messageId: z.string() });
const closePayload = z.object({ threadId: z.string() });
const withdrawPayload = z.object({
  /** `webhookMark`: another webhook couldn't tell whether the message is there. */
  webhook: z.string(),
  messageId: z.string(),
  threadId: z.string().optional(),
});
export type WithdrawPayload = z.output<typeof withdrawPayload>;
export type ForumPayload = z.output<typeof forumPayload>;
export type WebhookPayload = z.output<typeof webhookPayload>;
export const messagePayloadOf = stepReader(messagePayload);
export const crosspostPayloadOf = stepReader(crosspostPayload);
export const forumPayloadOf = stepReader(forumPayload);
export const webhookPayloadOf = stepReader(webhookPayload);
/** A message that the bot deletes; a forum post with its only message; a message that its webhook deletes. */
export const deletePayloadOf = stepReader(deletePayload);
export const closePayloadOf = stepReader(closePayload);
export const withdrawPayloadOf = stepReader(withdrawPayload);
