import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, noChromium } from '../../support/chromium.ts';
import { openGuild, openPage, send } from './support/open-page.ts';
import { type PageWorld, startPageWorld } from './support/page-world.ts';

/** WCAG AA for text of normal size. */
const leastContrast = 4.5;

describe.skipIf(!chromiumPath())(`the look of the page (${chromiumPath() ?? noChromium})`, () => {
  let world: PageWorld;
  let browser: Browser;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startPageWorld(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
  });

  async function openFull(init: Parameters<typeof openPage>[2]) {
    const open = await openPage(browser, world.playground.pageUrl, init);
    const { page } = open;
    if ((init?.width ?? 1280) < 760) await page.getByRole('button', { name: 'Guilds and channels' }).click();
    await openGuild(page, 'South');
    if ((init?.width ?? 1280) < 760) await page.keyboard.press('Escape');
    for (const line of ['/about', '/panel', '/ping']) await send(page, line);
    await page.getByText('just for you').last().waitFor();
    return open;
  }

  test.each([360, 768, 1440])('has no sideways scroll at %d px', async (width) => {
    const { page, complaints, close } = await openFull({ width, height: 780 });
    expect(await widest(page)).toBeLessThanOrEqual(width);
    await page.locator('#composer-input').fill('/');
    expect(await widest(page)).toBeLessThanOrEqual(width);
    await page.locator('#composer-input').fill('/form ');
    await page.locator('#composer-input').press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await widest(page)).toBeLessThanOrEqual(width);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(['dark', 'light'] as const)('can be read in %s colours', async (colorScheme) => {
    const { page, close } = await openFull({ colorScheme });
    expect(await faintTexts(page)).toEqual([]);
    await close();
  });

  test('keeps the colours that were chosen', async () => {
    const { page, close } = await openFull({ colorScheme: 'dark' });
    const dark = await background(page);
    await page.getByRole('button', { name: 'Use light colours' }).click();
    const light = await background(page);
    expect(light).not.toBe(dark);
    await page.reload();
    await page.getByRole('log').waitFor();
    expect(await background(page)).toBe(light);
    await close();
  });

  test('draws emoji in colour, whatever fonts the system has', async () => {
    const { page, close } = await openFull({});
    expect(await reddest(page, '🔴')).toBeGreaterThan(100);
    await close();
  });

  test('names every control, shows the focus, and repeats no id', async () => {
    const { page, close } = await openFull({});
    expect(await nameless(page)).toEqual([]);
    expect(await page.evaluate(() => document.querySelectorAll('main').length)).toBe(1);
    expect(
      await page.evaluate(() => {
        const known = [...document.querySelectorAll('[id]')].map(({ id }) => id);
        return known.filter((id, index) => known.indexOf(id) !== index);
      }),
    ).toEqual([]);
    await page.getByRole('link', { name: 'Skip to the composer' }).focus();
    const outlines = new Set<string>();
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Tab');
      outlines.add(
        await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle),
      );
    }
    expect([...outlines]).toEqual(['solid']);
    await close();
  });
});

function widest(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth));
}

function background(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
}

/** By how much red outweighs blue in the reddest pixel of a text in the page's own font. */
function reddest(page: Page, text: string): Promise<number> {
  return page.evaluate(async (drawn) => {
    const font = `32px ${getComputedStyle(document.body).fontFamily}`;
    await document.fonts.load(font, drawn);
    const canvas = document.createElement('canvas').getContext('2d');
    if (!canvas) throw new Error('no canvas');
    canvas.font = font;
    canvas.fillText(drawn, 4, 40);
    const { data } = canvas.getImageData(0, 0, 60, 60);
    return Math.max(
      ...Array.from({ length: 3_600 }, (_, index) => (data[4 * index] ?? 0) - (data[4 * index + 2] ?? 0)),
    );
  }, text);
}

/** Buttons, links and fields that a screen reader has no words for. */
function nameless(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'button, a, input, textarea, [role=listbox], [role=log], [role=meter]',
      ),
    ]
      .filter((element) => {
        const label = element.getAttribute('aria-label') ?? element.getAttribute('aria-labelledby');
        const text = element.textContent?.trim() || element.closest('label')?.textContent?.trim();
        return !label && !text && !(element.id && document.querySelector(`label[for="${element.id}"]`));
      })
      .map(({ outerHTML }) => outerHTML.slice(0, 120)),
  );
}

/** Texts whose contrast with what lies behind them is too small; disabled controls are exempt, as in WCAG. */
function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate((contrastMin) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgbOf = (colour: string): number[] => {
      if (!canvas) throw new Error('no canvas');
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (rgb: number[]): number => {
      const [r = 0, g = 0, b = 0] = rgb.map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const backgroundOf = (element: Element | null): number[] | undefined => {
      for (let at = element; at; at = at.parentElement) {
        const style = getComputedStyle(at);
        // Pictures and gradients are judged by eye.
        if (style.backgroundImage !== 'none') return undefined;
        const rgb = rgbOf(style.backgroundColor);
        if ((rgb[3] ?? 0) === 255) return rgb;
      }
      return [255, 255, 255, 255];
    };
    const faint: string[] = [];
    for (const element of document.querySelectorAll('#app *')) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
      if (!own || element.closest(':disabled, .spoiler, .hidden, .skip-link')) continue;
      const behind = backgroundOf(element);
      if (!behind || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const [light = 0, dark = 0] = [
        luminance(rgbOf(getComputedStyle(element).color)),
        luminance(behind),
      ].sort((a, b) => b - a);
      const contrast = (light + 0.05) / (dark + 0.05);
      if (contrast < contrastMin)
        faint.push(`${contrast.toFixed(2)} ${element.className} “${element.textContent?.slice(0, 30)}”`);
    }
    return [...new Set(faint)];
  }, leastContrast);
}
