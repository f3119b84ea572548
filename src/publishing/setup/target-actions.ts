import { type AnyAction, implement } from '#contracts/action.ts';
import {
  publishConnect,
  targetAdd,
  targetEdit,
  targetList,
  targetPause,
  targetRemove,
  targetResume,
  targetVerify,
} from '#contracts/actions/targets.ts';
import { actorKey } from '#contracts/actor.ts';
import type { ConnectPage } from '#contracts/connections.ts';
import { type Problem, problemOf } from '#core/errors.ts';
import { authorisationOf } from '../connecting/connect-form.ts';
import type { ConnectLinks } from '../connecting/connect-links.ts';
import { authoriseErrors } from '../connecting/errors.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { Publishers } from '../publishers.ts';
import { neededCredentials } from '../targets/needed-credentials.ts';
import type { TargetStore } from '../targets/target-store.ts';
import type { TargetEdits } from './target-edits.ts';
import type { TargetService } from './target-service.ts';

export interface TargetActionsComponents {
  service: TargetService;
  edits: TargetEdits;
  targets: TargetStore;
  credentials: Credentials;
  links: ConnectLinks;
  publishers: Pick<Publishers, 'loaded'>;
  /** Absent: this hub serves no web. */
  connectPage: ConnectPage | undefined;
}

/** What keeps people from the page, by the options that change it. */
function hintOf(page: ConnectPage | undefined): { hint?: Problem } {
  if (page && !page.isLocal()) return {};
  const why = page ? authoriseErrors.PUBLISH_CONNECT_LOCAL_PAGE() : authoriseErrors.PUBLISH_CONNECT_NO_PAGE();
  return { hint: problemOf(why) };
}

export function targetActions(components: TargetActionsComponents): AnyAction[] {
  const { service, edits, targets, credentials, links, publishers, connectPage } = components;
  return [
    implement(targetAdd, async ({ actor }, input) => service.add(actor, input)),
    implement(targetEdit, async ({ signal }, input) => edits.edit(input, signal)),
    implement(targetRemove, async (_, { guildId, target }) => service.remove(guildId, target)),
    implement(targetList, async ({ signal }, { guildId, ask }) =>
      service.list(guildId, ask ? signal : undefined),
    ),
    implement(targetVerify, async ({ signal }, { guildId, target }) =>
      service.verify(guildId, target, signal),
    ),
    implement(targetPause, async ({ actor }, { guildId, target }) => service.pause(guildId, target, actor)),
    implement(targetResume, async (_, { guildId, target }) => service.resume(guildId, target)),
    implement(publishConnect, async ({ actor }, { guildId, target: name }) => {
      const target = await targets.named(guildId, name);
      const found = await publishers.loaded(target.publisher);
      const fields = neededCredentials(found, target);
      const isGranted = found !== undefined && authorisationOf(found, target) !== undefined;
      const known = await credentials.presence(target, fields);
      const link = connectPage && fields.length > 0 ? await links.make(target, actorKey(actor)) : undefined;
      return {
        target: target.name,
        credentials: known.map(({ name, help, present, environmentName }) => ({
          name,
          help,
          present,
          environmentName,
        })),
        ...(connectPage && link
          ? { link: { url: connectPage.urlOf(link.token), expiresAtMs: link.expiresAtMs } }
          : {}),
        ...(found && isGranted ? { grantedOn: found.describe.title } : {}),
        ...(fields.length > 0 ? hintOf(connectPage) : {}),
      };
    }),
  ];
}
