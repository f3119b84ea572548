import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { deliveryList, publicationShow, publishCreate } from '#contracts/actions/publish.ts';
import { publishConnect, targetAdd, targetList } from '#contracts/actions/targets.ts';
import { systemClock } from '#core/clock.ts';
import { webhook } from '#plugins/webhook/index.ts';
import { type Bench, guildId, publishingBench } from '../support/publishing-bench.ts';

const path = '/services/T0/B0/xyz';
const word = 'wordofthereceiver';

/** Express' own answers to a path it doesn't know, and others that quote what was asked for. */
const answers: [name: string, status: number, body: string][] = [
  ['Express: no such route', 404, `<!DOCTYPE html>\n<pre>Cannot POST ${path}</pre>\n${word}`],
  ['a refused signature', 401, JSON.stringify({ message: `${word} of ${path}` })],
  ['a limit', 429, `${word}: too many requests for ${path}`],
  ['a broken receiver', 500, `Error: ${word}\n    at ${path}`],
  ['a yes', 200, JSON.stringify({ id: `${word}${path}`, url: `https://x.example${path}/${word}` })],
];

async function receiver(status: number, body: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    request.resume().on('end', () => response.writeHead(status, `Not ${word}`, { 'x-said': word }).end(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { asked, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function until({ clock }: Bench, isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400 && !isSo(); turn++) {
    await clock.advance(1_000);
    await systemClock().sleep(5);
  }
}

test.each(answers)(
  'of a receiver at a secret address no word is shown or stored: %s',
  async (_, status, body) => {
    const { asked, host } = await receiver(status, body);
    const plugins = { webhook: { allowedPrivateHosts: [host] } };
    const bench = await publishingBench({ publishers: [webhook], plugins });
    const { act, publishing } = bench;
    await act(targetAdd, { guildId, name: 'one', publisher: 'webhook', policy: 'none' });
    const { link } = await act(publishConnect, { guildId, target: 'one' });
    const values = { url: `http://${host}${path}`, secret: 'a-signing-secret-0' };
    await publishing.connections.redeem(link?.url.split('#')[1] ?? '', values);
    const made = await act(publishCreate, { guildId, content: { title: 'T' }, targets: ['one'] });
    await until(bench, () => asked.length > 0);
    // The answer has to be read, judged and stored.
    for (let turn = 0; turn < 20; turn++) {
      await bench.clock.advance(10);
      await systemClock().sleep(5);
    }
    expect(asked[0]).toBe(path);
    const { deliveries } = await act(deliveryList, { guildId, only: 'all' });
    const shown = [
      deliveries,
      await act(publicationShow, { guildId, publicationId: made.id }),
      await act(targetList, { guildId }),
      await bench.told(),
      bench.log,
    ];
    if (status === 200) expect(deliveries).toMatchObject([{ state: 'done' }]);
    await bench.stop();
    const disk = readdirSync(bench.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    const everything = JSON.stringify(shown) + disk.join('\n');
    if (status !== 200) expect(everything).toContain(`answered ${status}`);
    for (const said of [word, path, 'B0/xyz']) expect(everything).not.toContain(said);
  },
);
