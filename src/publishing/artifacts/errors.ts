import { defineErrors } from '#core/errors.ts';

export const artifactErrors = defineErrors({
  ARTIFACT_WITHOUT_BYTES: {
    kind: 'user',
    message: () => 'No bytes came with the request, so there is nothing to keep.',
    next: () => 'Send the file as the body of a request to the HTTP door: see docs/artifacts.md.',
  },
  ARTIFACT_NOT_FOUND: {
    kind: 'user',
    message: (d: { cid: string }) => `There is no artifact ${d.cid.slice(0, 12)} here.`,
    next: () => 'It may have been out of retention: list the artifacts, or add it again.',
  },
  ARTIFACT_TOO_LARGE: {
    kind: 'user',
    message: (d: { bytesMax: number }) => `One artifact may have at most ${d.bytesMax} bytes.`,
    next: () => 'Make it smaller, or ask the hub’s operator to raise artifacts.artifactBytesMax.',
  },
  ARTIFACT_QUOTA_REACHED: {
    kind: 'user',
    message: (d: { option: string; max: number }) => `The limit ${d.option} of ${d.max} is reached.`,
    next: () => 'Wait until older artifacts are out of retention, or ask the hub’s operator to raise it.',
  },
  ARTIFACT_DISK_FULL: {
    kind: 'operator',
    message: () => 'The disk has no room left for artifacts.',
    next: () => 'Free disk space or shorten artifacts.retentionDays, then try again; nothing was kept.',
  },
  ARTIFACT_IO_FAILED: {
    kind: 'operator',
    message: (d: { reason: string }) => `The artifact folder can’t be read or written (${d.reason}).`,
    next: () => 'Check that the hub’s user owns it and look at the system’s log; nothing was kept.',
  },
  ARTIFACT_WATCH_LINK: {
    kind: 'operator',
    message: (d: { path: string }) =>
      `The watched folder is left alone: ${d.path} is a link, or leads elsewhere than at the start.`,
    next: () =>
      'Put a folder there, name the folder itself in artifacts.watchDir, or restart the hub if it was moved on purpose.',
  },
  ARTIFACT_BUSY: {
    kind: 'user',
    message: (d: { putsMax: number; putsPerGuildMax: number }) =>
      `As many artifacts as may be are being taken in at this moment: ${d.putsPerGuildMax} of one server, ${d.putsMax} in all.`,
    next: () => 'Try again in a moment.',
  },
  ARTIFACT_EMPTY: {
    kind: 'user',
    message: () => 'There are no bytes in it.',
    next: () => 'Check how it was made, then add it again.',
  },
  ARTIFACT_STALLED: {
    kind: 'remote',
    message: (d: { stallMs: number }) => `No bytes came for ${Math.round(d.stallMs / 1000)} s.`,
    next: () => 'Send it again from the start; nothing was kept.',
  },
  ARTIFACT_DIGEST_MISMATCH: {
    kind: 'user',
    message: (d: { expected: string; found: string }) =>
      `The bytes have the sha-256 ${d.found.slice(0, 12)}…, not ${d.expected.slice(0, 12)}….`,
    next: () => 'They were changed on the way, or the digest is another file’s: send it again.',
  },
  ARTIFACT_DAMAGED: {
    kind: 'operator',
    message: (d: { cid: string }) =>
      `The bytes of artifact ${d.cid.slice(0, 12)} on the disk are no longer what they were.`,
    next: () => 'Add the same file again, which mends it, and look at the disk’s health.',
  },
  ARTIFACT_LABEL_INVALID: {
    kind: 'user',
    message: (d: { problem: string }) => `This label can’t be used: it ${d.problem}.`,
    next: () => 'Choose a plain file name or title.',
  },
  ARTIFACT_MEDIA_TYPE_INVALID: {
    kind: 'user',
    message: () => 'That isn’t a media type.',
    next: () => 'Write it like image/png, or leave it out: the bytes tell.',
  },
  ARTIFACT_OTHER_THREAD: {
    kind: 'user',
    message: () => 'Only the thread or channel you are in can be archived.',
    next: () => 'Open the thread and run the command there.',
  },
  ARTIFACT_ATTACHMENT_REFUSED: {
    kind: 'user',
    message: (d: { host: string }) => `Attachments are fetched from Discord only, not from ${d.host}.`,
    next: () => 'Upload the file to Discord with the command.',
  },
  ARTIFACT_ATTACHMENT_FAILED: {
    kind: 'remote',
    message: (d: { reason: string }) => `Discord did not give the attachment: ${d.reason}.`,
    next: () => 'Upload it again; links of attachments end after a while.',
  },
  ARTIFACT_CHANGED: {
    kind: 'user',
    message: () => 'The file was written to while it was read.',
    next: () => 'Move finished files into the watched folder, rather than writing them there.',
  },
});
