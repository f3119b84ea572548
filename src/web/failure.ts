import type { GuildmeshError } from '#core/errors.ts';

const statusByCode: Readonly<Record<string, number>> = {
  WEB_HOST_REFUSED: 421,
  WEB_ORIGIN_REFUSED: 403,
  WEB_NOT_FOUND: 404,
  WEB_METHOD_REFUSED: 405,
  WEB_FORM_REFUSED: 415,
  PUBLISH_NO_ARTIFACT: 404,
  WEB_RATE_LIMITED: 429,
  WEB_TOKEN_REFUSED: 401,
  WEB_LENGTH_REQUIRED: 411,
  WEB_BODY_TOO_LARGE: 413,
  WEB_BODY_UNSUPPORTED: 415,
  WEB_BODY_INCOMPLETE: 400,
  WEB_DEFECT: 500,
  ACTION_IN_PROGRESS: 409,
  ACTION_KEY_REUSED: 422,
  ACTION_HUB_STOPPING: 503,
  ACTION_FORBIDDEN: 403,
  ACTION_NOT_HOME: 403,
  ACTION_NOT_BY_TOKEN: 403,
  TOKEN_MAKER_LEFT: 403,
  DISCORD_MEMBER_UNKNOWN: 503,
  ARTIFACT_TOO_LARGE: 413,
  ARTIFACT_QUOTA_REACHED: 507,
  ARTIFACT_DISK_FULL: 507,
  ARTIFACT_BUSY: 503,
  ARTIFACT_STALLED: 408,
  ARTIFACT_DIGEST_MISMATCH: 422,
  PUBLISH_LINK_INVALID: 404,
  NEWS_HOOK_UNKNOWN: 404,
  NEWS_HOOK_SIGNATURE: 401,
  NEWS_HOOK_REPLAYED: 409,
  NEWS_HOOK_UNREADABLE: 422,
  NEWS_HOOK_HELD: 503,
  PUBLISH_CHAIN_STUCK: 503,
};
const statusByKind = { user: 400, remote: 502, operator: 503 } as const;

export function statusOf(error: GuildmeshError): number {
  return statusByCode[error.code] ?? statusByKind[error.kind];
}

export function failureBody({ code, message, next }: GuildmeshError) {
  return { error: { code, message, next } };
}
