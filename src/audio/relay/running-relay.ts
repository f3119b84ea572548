import type { RelayView } from '#contracts/actions/relay.ts';
import type { RelayEnd } from './relay-machine-model.ts';

/** A relay of a guild, for other parts of the audio service. */
export interface RunningRelay {
  view: RelayView;
  /** See WantedRelay. */
  reference: string;
  /** `actorKey` */
  wantedBy: string;
}

/** A relay that is over and wanted no more; `end` says why where no person asked for that. */
export interface GoneRelay {
  guildId: string;
  channelId: string;
  reference: string;
  end: RelayEnd | undefined;
}
