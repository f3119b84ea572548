import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type PackageFile, packedDescription, strippedModule, withJavaScriptNames } from './strip.ts';

const run = promisify(execFile);

export interface PackInit {
  /** Folder of the package, in TypeScript. */
  folder: string;
  /** Where the tarball goes; must exist. */
  into: string;
}

/**
 * Packs a package of TypeScript as JavaScript with declarations: the files that npm would pack, without types. Resolves
 * to the path of the tarball; nothing in `folder` changes. Rejects with the message of npm or the compiler.
 */
export async function pack({ folder, into }: PackInit): Promise<string> {
  const stage = await mkdtemp(join(tmpdir(), 'pack-'));
  try {
    const paths = await packedPaths(folder);
    for (const path of paths) await place(path, folder, stage);
    await declare(paths.filter(isModule), folder, stage);
    const [packed] = await npmPack(stage, ['--pack-destination', resolve(into)]);
    return join(resolve(into), packed?.filename ?? '');
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** By npm's own rules: `files` of package.json, and what is always packed. */
async function packedPaths(folder: string): Promise<string[]> {
  const [packed] = await npmPack(folder, ['--dry-run']);
  return (packed?.files ?? []).map(({ path }) => path);
}

async function place(path: string, folder: string, stage: string): Promise<void> {
  const [from, to] = [join(folder, path), join(stage, path)];
  await mkdir(dirname(to), { recursive: true });
  if (path === 'package.json') {
    const description = JSON.parse(await readFile(from, 'utf8')) as PackageFile;
    await writeFile(to, `${JSON.stringify(packedDescription(description), null, 2)}\n`);
  } else if (isModule(path)) {
    await writeFile(to.replace(/\.ts$/, '.js'), strippedModule(await readFile(from, 'utf8')));
  } else await cp(from, to);
}

/** Writes the declarations beside the modules. */
async function declare(paths: readonly string[], folder: string, stage: string): Promise<void> {
  const project = join(stage, 'tsconfig.json');
  const config = {
    extends: resolve('tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      lib: ['es2024', 'esnext', 'dom'],
      types: ['node'],
      typeRoots: [resolve('node_modules/@types')],
      rootDir: resolve(folder),
      outDir: stage,
    },
    include: [],
    files: paths.map((path) => resolve(folder, path)),
  };
  await writeFile(project, JSON.stringify(config));
  await said(run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', project]));
  await rm(project);
  for (const path of paths) {
    const declaration = join(stage, path.replace(/\.ts$/, '.d.ts'));
    await writeFile(declaration, withJavaScriptNames(await readFile(declaration, 'utf8')));
  }
}

interface Packed {
  filename: string;
  files: { path: string }[];
}

async function npmPack(folder: string, words: readonly string[]): Promise<Packed[]> {
  const { stdout } = await said(
    run('npm', ['pack', '--json', '--ignore-scripts', ...words], { cwd: folder }),
  );
  return Object.values(JSON.parse(stdout) as Record<string, Packed>);
}

/** Adds the program's output to a failure, because it says why. */
async function said<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${stdout}${stderr}`.trim() || String(error), { cause: error });
  }
}

function isModule(path: string): boolean {
  return path.endsWith('.ts') && !path.endsWith('.d.ts');
}
