import { defineErrors } from '#core/errors.ts';

export const storageErrors = defineErrors({
  STORAGE_STATE_UNWRITABLE: {
    kind: 'operator',
    message: (d: { folder: string; reason: string }) =>
      `The state folder ${d.folder} can't be written to (${d.reason}).`,
    next: () => 'Give the hub’s user write access to it, or name another with GUILDMESH_STATE_DIR.',
  },
  STORAGE_STATE_READ_ONLY: {
    kind: 'operator',
    message: (d: { folder: string }) => `The state folder ${d.folder} is on a disk that takes no writes.`,
    next: () =>
      'Mount it for writing (a disk that failed is often mounted read-only), or name another folder with GUILDMESH_STATE_DIR.',
  },
  STORAGE_STATE_FULL: {
    kind: 'operator',
    message: (d: { folder: string }) => `There is no room left on the disk of the state folder ${d.folder}.`,
    next: () => 'Free space there, then start the hub again; nothing already stored is lost.',
  },
  STORAGE_STATE_NO_FOLDER: {
    kind: 'operator',
    message: (d: { folder: string; reason: string }) =>
      `The state folder ${d.folder} is none and can’t be made (${d.reason}).`,
    next: () => 'Move away what stands in its place, or name another with GUILDMESH_STATE_DIR.',
  },
  STORAGE_STATE_LINK: {
    kind: 'operator',
    message: (d: { file: string }) => `${d.file} in the state folder is a link, or no regular file.`,
    next: () => 'Put the file or folder itself in its place, then start the hub again.',
  },
  STORAGE_STATE_IN_USE: {
    kind: 'operator',
    message: (d: { folder: string; pid: number | undefined }) =>
      `Another hub${d.pid === undefined ? '' : `, process ${d.pid},`} is using the state folder ${d.folder}.`,
    next: () => 'Stop that one, or give this one a folder of its own with GUILDMESH_STATE_DIR.',
  },
  STORAGE_SCHEMA_NEWER: {
    kind: 'operator',
    message: (d: { file: string; found: number; known: number }) =>
      `The database ${d.file} was written by a newer version (schema ${d.found}; this one knows up to ${d.known}).`,
    next: () => 'Start that newer version, or restore the copy in the backups folder beside the database.',
  },
  STORAGE_DATABASE_MISSING: {
    kind: 'operator',
    message: (d: { file: string; found: string; backup: string | undefined }) =>
      `The database ${d.file} is missing or empty, but this hub has run before: there is ${d.found}.`,
    next: (d) =>
      `${d.backup ? `Restore it: rm -f '${d.file}'-* && cp '${d.backup}' '${d.file}'` : 'Restore it from your backup, or set GUILDMESH_STORAGE_POSTGRES_URL again if it was in Postgres'}; to begin with nothing, start once with GUILDMESH_STORAGE_BEGIN_ANEW=true.`,
  },
  STORAGE_CORRUPT: {
    kind: 'operator',
    message: (d: { file: string; reason: string }) => `The database ${d.file} is damaged (${d.reason}).`,
    next: () => 'Stop the hub, keep the file for rescue, and restore the last backup in its place.',
  },
  STORAGE_FULL: {
    kind: 'operator',
    message: (d: { file: string }) => `There is no room left to write to ${d.file}.`,
    next: () => 'Free disk space; nothing already stored is lost, and the hub goes on by itself.',
  },
  STORAGE_IO_FAILED: {
    kind: 'operator',
    message: (d: { file: string; reason: string }) =>
      `The disk failed while reading or writing ${d.file} (${d.reason}).`,
    next: () => 'Look at the system’s log for disk errors, then restart the hub.',
  },
  STORAGE_DATABASE_UNREACHABLE: {
    kind: 'operator',
    message: (d: { place: string; reason: string }) =>
      `The Postgres database at ${d.place} can’t be used (${d.reason}).`,
    next: () => 'Check that it runs and that GUILDMESH_STORAGE_POSTGRES_URL names it with the right user.',
  },
  STORAGE_DATABASE_SLOW: {
    kind: 'operator',
    message: (d: { place: string; reason: string }) =>
      `The Postgres database at ${d.place} did not answer in time (${d.reason}).`,
    next: () => 'Look at its load and at locks that are held; what was asked for was undone whole.',
  },
  STORAGE_APPLICATION_IN_USE: {
    kind: 'operator',
    message: (d: { holder: { community: string; host: string; pid: number; ageMs: number } | undefined }) =>
      `Another process of this Discord application runs on the same database${holderText(d.holder)}.`,
    next: () =>
      'Stop that one first, for a second would answer everything twice; or give this one a bot and a database of its own.',
  },
  STORAGE_CLOCK_SKEWED: {
    kind: 'operator',
    message: (d: { skewMs: number; maxMs: number }) =>
      `This machine’s clock is ${d.skewMs} ms off the database’s; at most ${d.maxMs} ms are allowed.`,
    next: () => 'Synchronise both by NTP, then start again: hubs agree by the clock on who works on what.',
  },
  STORAGE_LIMIT_REACHED: {
    kind: 'user',
    message: (d: { what: string; max: number }) => `There are ${d.max} ${d.what} already, which is the most.`,
    next: () => 'Remove one that is no longer needed, then try again.',
  },
});

function holderText(holder?: { community: string; host: string; pid: number; ageMs: number }): string {
  if (!holder) return '';
  const seconds = Math.round(holder.ageMs / 1_000);
  const age =
    seconds < 120
      ? `${seconds} s`
      : seconds < 7_200
        ? `${Math.round(seconds / 60)} min`
        : `${Math.round(seconds / 3_600)} h`;
  return `: “${holder.community}”, process ${holder.pid} on ${holder.host}, for ${age}`;
}
