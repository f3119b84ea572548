/** The parts of archive.org's answers that are read here. */
import { z } from 'zod';

const text = z.union([z.string(), z.array(z.string())]);

export const itemRecord = z.object({
  metadata: z.record(z.string(), z.unknown()).optional(),
  files: z
    .array(
      z.object({
        name: z.string(),
        md5: z.string().optional(),
        size: z.union([z.string(), z.number()]).optional(),
      }),
    )
    .optional(),
  /** Taken down. */
  is_dark: z.boolean().optional(),
});
export type ItemRecord = z.output<typeof itemRecord>;

/** Answers to a request to save, and the state of its job. Errors come with HTTP 200. */
export const jobStatus = z.object({
  status: z.string().optional(),
  status_ext: z.string().nullish(),
  message: text.nullish(),
  job_id: z.string().optional(),
  timestamp: z.string().optional(),
  original_url: z.string().optional(),
});
export type JobStatus = z.output<typeof jobStatus>;

/** How many pages an account may capture in a day (UTC) with Save Page Now. */
export const captureQuota = z.object({
  daily_captures: z.number().optional(),
  daily_captures_limit: z.number().optional(),
});
export type CaptureQuota = z.output<typeof captureQuota>;

export const captureList = z.array(z.tuple([z.string(), z.string()]));

export interface Capture {
  /** UTC, yyyymmddhhmmss */
  timestamp: string;
  url: string;
}

/** A file is there when its bytes are the same; records give sizes as text. */
export function holds(
  record: ItemRecord | undefined,
  file: { name: string; md5: string; sizeBytes: number },
): boolean {
  const there = record?.files?.find(({ name }) => name === file.name);
  return there?.md5 === file.md5 && (there.size === undefined || Number(there.size) === file.sizeBytes);
}
