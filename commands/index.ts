import type { Command } from '#contracts/command.ts';
import { access } from './access/command.ts';
import { alerts } from './alerts/command.ts';
import { archive } from './archive/command.ts';
import { broadcast } from './broadcast/command.ts';
import { chain } from './chain/command.ts';
import { consent } from './consent/command.ts';
import { deliveries } from './deliveries/command.ts';
import { doctor } from './doctor/command.ts';
import { help } from './help/command.ts';
import { milestone } from './milestone/command.ts';
import { node } from './node/command.ts';
import { nowplaying } from './nowplaying/command.ts';
import { pause } from './pause/command.ts';
import { play } from './play/command.ts';
import { publish } from './publish/command.ts';
import { queue } from './queue/command.ts';
import { relay } from './relay/command.ts';
import { schedule } from './schedule/command.ts';
import { setup } from './setup/command.ts';
import { skip } from './skip/command.ts';
import { stop } from './stop/command.ts';
import { tweet } from './tweet/command.ts';

/** All slash commands. A test demands one entry for each folder. */
export const commands: readonly Command[] = [
  play,
  skip,
  queue,
  pause,
  stop,
  nowplaying,
  setup,
  node,
  broadcast,
  relay,
  publish,
  tweet,
  archive,
  deliveries,
  alerts,
  milestone,
  schedule,
  chain,
  consent,
  access,
  doctor,
  help,
];
