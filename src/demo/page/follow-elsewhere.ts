import type { PanelPage } from '@guildmesh/local-discord/page-panel';
import type { SeenElsewhere } from '../first-minute.ts';

const askEveryMs = 2_000;

export interface FollowElsewhereInit {
  page: Pick<PanelPage, 'data'>;
  /** Nothing is asked any more. */
  isOver: () => boolean;
  onSeen: (elsewhere: SeenElsewhere) => void;
}

/** Asks the host for what the stand-ins saw, as the local Discord doesn’t know it. Returns what ends it. */
export function followElsewhere({ page, isOver, onSeen }: FollowElsewhereInit): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hasEnded = false;
  const again = () => {
    if (!hasEnded && !isOver()) timer = setTimeout(() => void ask(), askEveryMs);
  };
  const ask = async () => {
    // A host that is away is asked once more.
    const elsewhere = seenIn(await page.data().catch(() => undefined));
    if (elsewhere) onSeen(elsewhere);
    again();
  };
  again();
  return () => {
    hasEnded = true;
    clearTimeout(timer);
  };
}

/** Undefined where the host says nothing of it. */
function seenIn(data: unknown): SeenElsewhere | undefined {
  const elsewhere = typeof data === 'object' && data !== null && 'elsewhere' in data && data.elsewhere;
  if (typeof elsewhere !== 'object' || elsewhere === null) return undefined;
  const { pageUrl, arrivedCount } = { pageUrl: undefined, arrivedCount: undefined, ...elsewhere };
  if (typeof pageUrl !== 'string' || typeof arrivedCount !== 'number') return undefined;
  return { pageUrl, arrivedCount };
}
