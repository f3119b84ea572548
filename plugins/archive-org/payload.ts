/** Payloads of the steps: written by `render`, stored as JSON by the host, read again when a step runs. */
import { z } from 'zod';
import { stepReader } from '../shared/step-codec.ts';

/** Values by field; a field with several values is a list, as at archive.org. */
export const itemMetadata = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
export type ItemMetadata = z.output<typeof itemMetadata>;

const filePayload = z.object({
  identifier: z.string(),
  name: z.string(),
  sizeBytes: z.number(),
  mediaType: z.string(),
  /** Size of the whole item, all its files. */
  itemSizeBytes: z.number(),
  derive: z.boolean(),
  keepOldVersion: z.boolean(),
  /** Sent with each file: the first one makes the item. */
  metadata: itemMetadata,
  /** The item belongs only to this publication: one with another `publication-id` is somebody else's. */
  owned: z.boolean(),
  /** Instead of an artifact. */
  text: z.string().optional(),
});
export type FilePayload = z.output<typeof filePayload>;

const metadataPayload = z.object({ identifier: z.string(), metadata: itemMetadata });
export type MetadataPayload = z.output<typeof metadataPayload>;

const savePagePayload = z.object({ url: z.string(), parameters: z.record(z.string(), z.string()) });
export type SavePagePayload = z.output<typeof savePagePayload>;
export const filePayloadOf = stepReader(filePayload);
export const metadataPayloadOf = stepReader(metadataPayload);
export const savePagePayloadOf = stepReader(savePagePayload);

/** Data that an item's receipts pass on from step to step, so that the last one names everything to confirm. */
export const itemReceiptData = z.object({
  identifier: z.string(),
  files: z.array(z.object({ name: z.string(), md5: z.string(), sizeBytes: z.number() })),
  owned: z.boolean(),
  stage: z.enum(['accepted', 'confirmed']),
});
export type ItemReceiptData = z.output<typeof itemReceiptData>;
