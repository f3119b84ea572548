/** Keeps the open page as it is on the server, and copies at a click. */

const said = document.getElementById('said');

/** @param {string} text */
function say(text) {
  if (said) said.textContent = text;
}

/** Text that is being typed or chosen is left alone. */
function isBusy() {
  const active = document.activeElement;
  return active instanceof HTMLInputElement || active instanceof HTMLSelectElement;
}

async function reload() {
  const response = await fetch(location.href, { headers: { accept: 'text/html' } });
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const fresh = page.getElementById('main');
  const main = document.getElementById('main');
  if (!fresh || !main || fresh.innerHTML === main.innerHTML) return;
  const focused = document.activeElement?.id;
  const playing = [...main.querySelectorAll('audio, video')].some(
    (media) => media instanceof HTMLMediaElement && !media.paused,
  );
  if (playing || isBusy()) return;
  main.replaceWith(document.adoptNode(fresh));
  if (focused) document.getElementById(focused)?.focus();
}

/** Several changes within a moment are one. */
let waiting = false;
const events = new EventSource('/live');
events.addEventListener('changed', () => {
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    reload().catch(() => say('The page could not be brought up to date. Reload it.'));
  }, 150);
});

/** @param {string} text */
async function copy(text) {
  await navigator.clipboard.writeText(text);
  say('Copied.');
}

document.addEventListener('click', (event) => {
  const target = event.target;
  const button = target instanceof Element ? target.closest('[data-copy]') : null;
  const text = button?.getAttribute('data-copy');
  if (text) copy(text).catch(() => say('It could not be copied. Select it, and copy it by hand.'));
});

// "Get a token": made and copied with one click.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute('data-copies')) return;
  event.preventDefault();
  get(form).catch(() => say('No token came. Reload the page, and try again.'));
});

/** @param {HTMLFormElement} form */
async function get(form) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) body.set(name, String(value));
  const response = await fetch(form.action, {
    method: 'POST',
    body,
    headers: { accept: 'application/json' },
  });
  const { fields } = await response.json();
  const [first = ''] = Object.values(fields);
  await reload();
  await copy(first).catch(() => say('The token is below. Select it, and copy it by hand.'));
}
