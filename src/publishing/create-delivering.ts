import { tablesOf } from '#storage/owned-tables.ts';
import { isReferenced } from './artifact-references.ts';
import { createArtifacts } from './artifacts/artifacts.ts';
import { SecretScanner } from './artifacts/secret-scan.ts';
import { createOutbox } from './create-outbox.ts';
import { Renderer } from './drafts/renderer.ts';
import { PublisherHost } from './host/publisher-host.ts';
import { Readiness } from './host/readiness.ts';
import { createHostHttp } from './http/host-http.ts';
import { PlatformSettings } from './platform-settings.ts';
import { Renewals } from './publications/renewals.ts';
import { Publishers } from './publishers.ts';
import type { PublishingComponents, PublishingInit } from './publishing-components.ts';
import { createSecrets } from './secrets.ts';
import type { Schema } from './tables/schema.ts';
import { CredentialEnds } from './targets/credential-ends.ts';
import { TargetChecks } from './targets/target-checks.ts';
import { TargetStore } from './targets/target-store.ts';

export type Delivering = ReturnType<typeof createDelivering>;

/** What brings a publication to its targets: stores, artifacts, the publishers' host, and the outbox over them. */
export function createDelivering(components: PublishingComponents, init: PublishingInit) {
  const { storage, clock, plannedArtifacts } = components;
  const db = tablesOf<Schema>(storage.db);
  const targets = new TargetStore(db);
  const publishers = new Publishers(components);
  const artifacts = createArtifacts(
    {
      ...components,
      db,
      isReferenced: async (cid) => (await isReferenced(db, cid)) || plannedArtifacts.includes(cid),
    },
    { ...init.artifacts, stateDir: init.stateDir, apiUrl: init.discord.apiUrl },
  );
  const platforms = new PlatformSettings(publishers, { plugins: init.plugins, ownUrl: init.discord.apiUrl });
  const secrets = createSecrets({ ...components, db, publishers }, init);
  const host = new PublisherHost({
    ...components,
    ...secrets,
    db,
    publishers,
    platforms,
    targets,
    artifacts: artifacts.store,
    http: ({ publisher, ...attempt }) =>
      createHostHttp(components, { ...attempt, ...platforms.http(publisher) }),
    // Runs once the outbox does, when all of these exist.
    renew: (delivery, reason, signal) => renewals.renew(delivery, reason, signal),
  });
  const outbox = createOutbox({ ...components, db, host, targets, seals: secrets.seals }, init.outbox);
  const ends = new CredentialEnds({ db, clock });
  const checks = new TargetChecks({ db, clock });
  const readiness = new Readiness({ ...components, ...secrets, ends, checks, publishers, gate: outbox.gate });
  const scanner = new SecretScanner({ ...components, artifacts: artifacts.store });
  const renderer = new Renderer({
    ...components,
    scan: (guildId, media) => scanner.scan(guildId, media),
    publishers,
    artifact: (guildId, cid) => artifacts.store.get(cid, guildId),
    look: (target, request, signal) => host.look(target, request, signal),
  });
  const renewals = new Renewals({ db, outbox, targets, renderer, clock });
  return {
    db,
    targets,
    publishers,
    platforms,
    artifacts,
    secrets,
    host,
    outbox,
    ends,
    readiness,
    renderer,
  };
}
