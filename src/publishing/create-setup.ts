import type { Delivering } from './create-delivering.ts';
import type { PublishingComponents } from './publishing-components.ts';
import { CredentialLook } from './setup/credential-look.ts';
import { TargetEdits } from './setup/target-edits.ts';
import { TargetService } from './setup/target-service.ts';

export interface Setup {
  service: TargetService;
  edits: TargetEdits;
  credentialLook: CredentialLook;
}

/** Targets as people set them up, and the look at whether their credentials still work. */
export function createSetup(components: PublishingComponents, delivering: Delivering): Setup {
  const { db, targets, publishers, secrets, host, outbox, ends, readiness, renderer } = delivering;
  const { clock } = components;
  const service = new TargetService({
    ...components,
    ...secrets,
    db,
    outbox,
    targets,
    host,
    readiness,
    ends,
    publishers,
  });
  const credentialLook = new CredentialLook({
    ...components,
    ends,
    targets,
    readiness,
    publishers,
    service,
    vault: secrets.vault,
  });
  const edits = new TargetEdits({ db, outbox, targets, renderer, publishers, clock, service });
  return { service, edits, credentialLook };
}
