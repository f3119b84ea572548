import { defineService } from '#contracts/service.ts';
import { tablesOf } from '#storage/owned-tables.ts';
import { createAccess } from './access.ts';
import type { AccessPorts } from './access-ports.ts';
import { createGrantStore } from './tables/grant-store.ts';

/** The roles of people in a guild. */
export const accessService = defineService<unknown, AccessPorts>()({
  name: 'access',
  needs: ['database', 'auditReader', 'tokenMakers'],
  offers: ['roles'],
  create({ database, auditReader: audit, tokenMakers: makers }) {
    const grants = createGrantStore(tablesOf(database.db));
    const access = createAccess({ grants, audit, makers });
    return { ports: { roles: access.roles }, actions: access.actions };
  },
});
