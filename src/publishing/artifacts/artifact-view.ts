import type { ArtifactInfo } from '#contracts/artifacts.ts';

/** What people see of an artifact. */
export function viewOf({ cid, sizeBytes, mediaType, label, source, createdAtMs }: ArtifactInfo) {
  return { cid, sizeBytes, mediaType, label, source, createdAtMs };
}
