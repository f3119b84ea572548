const keys = new Set(['permissions', 'default_member_permissions', 'allow', 'deny']);

/**
 * Discord's description has permissions in requests as integers only, while Discord documents, takes and gives
 * them as strings. A copy of the body as the description would have it.
 */
export function withNumericPermissions(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withNumericPermissions);
  if (typeof body !== 'object' || body === null) return body;
  const entries = Object.entries(body).map(([key, value]) => {
    const isNumber = keys.has(key) && typeof value === 'string' && /^\d+$/.test(value);
    return [key, isNumber ? Number(value) : withNumericPermissions(value)];
  });
  return Object.fromEntries(entries);
}
