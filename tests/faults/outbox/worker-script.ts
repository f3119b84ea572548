import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import type { Secret } from '#core/secret.ts';
import { Front } from './front.ts';
import { loadPublishers } from './host.ts';
import { kinds, newDeliveryAt } from './plan.ts';
import { Platforms } from './platforms.ts';
import { Tally } from './tally.ts';
import { WorkerProcess, type WorkerScript } from './worker-process.ts';

/** Inside node_modules, where client libraries that are loaded when first used are found. */
const cacheFolder = join(import.meta.dirname, '../../../node_modules/.cache');
const practiceMaxMs = 2 * 60_000;

/** In one file, and compiled once, a worker loads several times faster; loading is most of what a short life costs. */
export async function prepareWorkerScript(
  postgresUrl: Secret | undefined,
): Promise<WorkerScript & Disposable> {
  await loadPublishers();
  mkdirSync(cacheFolder, { recursive: true });
  const folder = mkdtempSync(join(cacheFolder, 'guildmesh-faults-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [bundledLibraries],
    build: {
      ssr: join(import.meta.dirname, 'worker.ts'),
      outDir: folder,
      emptyOutDir: false,
      target: 'node24',
      minify: true,
      rolldownOptions: { output: { format: 'cjs', codeSplitting: false, entryFileNames: 'worker.cjs' } },
    },
    ssr: { noExternal: true },
  });
  const script = { path: join(folder, 'worker.cjs'), cacheFolder: join(folder, 'compiled') };
  if (postgresUrl) await practise(script, folder, postgresUrl);
  await practise(script, folder, undefined);
  return {
    ...script,
    [Symbol.dispose]: () => {
      process.off('exit', remove);
      remove();
    },
  };
}

/** Client libraries that are loaded when first used go into the file too, and are still run only then. */
const bundledLibraries: Plugin = {
  name: 'bundled libraries',
  enforce: 'pre',
  transform: (code, id) =>
    /\/plugins\/\w+\/(?:client|library)\.ts$/.test(id)
      ? code.replace('const require = createRequire(import.meta.url);', '')
      : undefined,
};

/**
 * One publication of each kind in a process that ends on its own: only such a process leaves its compiled code behind,
 * and only for what it has run.
 */
async function practise(
  script: WorkerScript,
  folder: string,
  postgresUrl: Secret | undefined,
): Promise<void> {
  const platforms = await Platforms.open(folder);
  const front = await Front.open(platforms, new Tally());
  const met = new Set<string>();
  // The first answer of each platform is lost, so that it is looked up too.
  front.accidentOf = (publisher, of) => {
    if (of === 'reads' || met.has(publisher)) return undefined;
    met.add(publisher);
    return 'drop-after';
  };
  try {
    const worker = new WorkerProcess(script);
    worker.order({
      worker: 'practice',
      file: postgresUrl ? undefined : join(folder, 'practice.db'),
      postgresUrl: postgresUrl?.reveal(),
      places: front.places,
      lookUpBeforeRetry: true,
      deliveries: kinds.map((_, index) => newDeliveryAt(index)),
      dieAt: undefined,
      untilDone: true,
    });
    const done = await worker.line('ends ', practiceMaxMs);
    if (done === undefined || !(await worker.dismiss(practiceMaxMs)))
      throw new Error('the practice run does not end');
  } finally {
    await front.close();
    await platforms.close();
  }
}
