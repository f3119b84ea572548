import type { Panel, PanelPage } from '@guildmesh/local-discord/page-panel';
import type { FirstMinute } from '../first-minute.ts';
import { doIt } from './do-it.ts';
import './first-minute.css';
import { draw, type Look } from './draw.ts';
import { followElsewhere } from './follow-elsewhere.ts';
import { progressOf, type StepId } from './progress.ts';
import { deedsOf, type Shown, stepsOf } from './steps.ts';

/** The hints of the first minute: they tick by what the local Discord saw, and can be done at the press of a button. */
export function createPanel(page: PanelPage, given: FirstMinute): Panel {
  let minute = given;
  const watchers = new Set<() => void>();
  const look: Look = {
    steps: stepsOf(minute),
    done: new Set(),
    // Narrow screens have no room for more than one line.
    folded: matchMedia('(max-width: 480px)').matches,
    running: undefined,
    saying: '',
    problem: undefined,
  };

  function change(part: Partial<Look>): void {
    Object.assign(look, part);
    for (const watcher of [...watchers]) watcher();
  }

  function tick(): void {
    const done = progressOf(minute, page.guilds(), look.done);
    if (done.size !== look.done.size) change({ done });
  }

  /** Resolves once the step is done, or the signal is aborted. */
  function isDone(step: StepId, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const watch = () => {
        if (!look.done.has(step) && !signal.aborted) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      signal.addEventListener('abort', watch);
      watch();
    });
  }

  async function run(): Promise<void> {
    const running = new AbortController();
    change({ running, problem: undefined });
    const { signal } = running;
    const say = (saying: string) => change({ saying });
    const problem = await doIt(deedsOf(minute, look.done), { page, done: isDone, pause, say, signal });
    change({ running: undefined, saying: '', problem });
  }

  function show({ guildId, channelId, draft }: Shown): void {
    page.openGuild(guildId);
    page.openChannel(channelId);
    if (draft !== undefined) page.setDraft(draft);
  }

  page.onGuilds(tick);
  return {
    title: 'First minute',
    mount(body) {
      tick();
      const redraw = () =>
        draw(body, look, {
          run: () => void run(),
          stop: () => look.running?.abort(),
          show,
          fold: (folded) => change({ folded }),
        });
      redraw();
      watchers.add(redraw);
      const leave = followElsewhere({
        page,
        isOver: () => !minute.elsewhere || look.done.has('published'),
        onSeen(elsewhere) {
          minute = { ...minute, elsewhere };
          tick();
        },
      });
      return () => {
        leave();
        watchers.delete(redraw);
      };
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
