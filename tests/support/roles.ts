import type { GrantStore } from '#contracts/grant-store.ts';
import { createRoleDirectory } from '../../src/access/role-directory.ts';

/** Roles as granted; whoever made a token is nobody here. */
export function rolesBy(grants: GrantStore) {
  return createRoleDirectory({ grants, maker: async () => undefined });
}
