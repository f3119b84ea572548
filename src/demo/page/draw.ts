import type { StepId } from './progress.ts';
import type { Shown, Step } from './steps.ts';

export interface Look {
  readonly steps: readonly Step[];
  done: ReadonlySet<StepId>;
  folded: boolean;
  /** Ends what is being done. */
  running: AbortController | undefined;
  /** What is being done. */
  saying: string;
  /** What was in the way of the last try. */
  problem: string | undefined;
}

export interface Deeds {
  run(): void;
  stop(): void;
  show(shown: Shown): void;
  fold(folded: boolean): void;
}

/** README, “Run it in your guild”. */
const ownServer = [
  'Create an application in the Discord developer portal, and keep its bot’s token.',
  'Invite it with the address in README.',
  'Start it: DISCORD_TOKEN=… npm start',
  'In your server type /doctor: it names what is missing, with the fix.',
];

/** Fills the panel. The focus stays on the control of the same words. */
export function draw(body: HTMLElement, look: Look, deeds: Deeds): void {
  const focused = document.activeElement?.closest('[data-control]')?.getAttribute('data-control');
  // What is left leads to other pages, where nothing can be pressed from here.
  const isOver = look.done.has('heard-there');
  // The same element, so that a screen reader follows what it says.
  const said = body.querySelector<HTMLElement>('.hint-said') ?? element('p', 'hint-said');
  said.setAttribute('role', 'status');
  said.classList.toggle('hint-problem', look.problem !== undefined);
  said.textContent = look.problem ?? look.saying;
  body.replaceChildren(list(look, deeds), ...(isOver ? [farewell()] : [actions(look, deeds, said)]));
  if (focused) body.querySelector<HTMLElement>(`[data-control="${focused}"]`)?.focus();
}

function list({ steps, done, folded }: Look, deeds: Deeds): HTMLElement {
  const fold = element('details', 'hint-fold');
  fold.toggleAttribute('open', !folded);
  fold.addEventListener('toggle', () => {
    if (fold.hasAttribute('open') === folded) deeds.fold(!folded);
  });
  const summary = element('summary', 'hint-count', `${done.size} of ${steps.length} done`);
  summary.dataset.control = 'fold';
  const lines = element('ol', 'hint-steps');
  lines.append(...steps.map((step) => line(step, done.has(step.id), deeds)));
  fold.append(summary, lines);
  return fold;
}

function line({ id, what, why, shown }: Step, isDone: boolean, deeds: Deeds): HTMLElement {
  const item = element('li', `hint-step ${isDone ? 'hint-done' : ''}`);
  const text = element('span', 'hint-text');
  text.append(element('strong', 'hint-what', what), element('span', 'hint-why', why));
  item.append(text);
  if (isDone) item.append(element('span', 'hint-mark', 'Done'));
  else item.append(button('Show me', 'hint-button', `show-${id}`, () => deeds.show(shown)));
  return item;
}

function actions({ done, running }: Look, deeds: Deeds, said: HTMLElement): HTMLElement {
  const row = element('div', 'hint-actions');
  if (running) row.append(button('Stop', 'hint-button', 'run', deeds.stop));
  else {
    const words = done.has('heard') ? 'Do the rest for me' : 'Play something';
    row.append(button(words, 'hint-button hint-primary', 'run', deeds.run));
  }
  row.append(said);
  return row;
}

function farewell(): HTMLElement {
  const part = element('div', 'hint-own');
  const lines = element('ol', 'hint-own-steps');
  lines.append(...ownServer.map((text) => element('li', '', text)));
  part.append(element('strong', 'hint-what', 'Now in your own server'), lines);
  return part;
}

function button(words: string, className: string, control: string, onClick: () => void): HTMLElement {
  const made = element('button', className, words);
  made.setAttribute('type', 'button');
  made.dataset.control = control;
  made.addEventListener('click', onClick);
  return made;
}

function element(tag: string, className: string, text = ''): HTMLElement {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}
