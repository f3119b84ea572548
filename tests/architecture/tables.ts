import { basename } from 'node:path';
import type { Migration } from '#storage/migration.ts';
import { emittedSql } from './emitted-sql.ts';
import { areaOf, targetOf } from './floors.ts';
import { lineAt, type SourceFile } from './scan.ts';

/** Made by a step of before tables had owners. */
const handedOver: Readonly<Record<string, string>> = {
  trusted_community: 'mesh',
  role_grant: 'access',
  api_token: 'access',
};

/** Steps up to this one are from the time before tables had owners, and a released step never changes. */
const ownedSince = 10;

/** The area that owns each table: its migration makes it. */
export async function tableOwners(
  migrations: readonly Migration[],
  fileOf: (version: number) => string,
): Promise<Map<string, string>> {
  const owners = new Map<string, string>();
  for (const migration of migrations)
    for (const statement of await emittedSql(migration, 'sqlite')) {
      const made = /^create table "(\w+)"/.exec(statement)?.[1];
      if (made) owners.set(made, handedOver[made] ?? areaOf(fileOf(migration.version)));
    }
  return owners;
}

const queries =
  /\b(?:selectFrom|insertInto|updateTable|deleteFrom|\w+Join|createTable|alterTable|on)\(\s*'(\w+)/g;
const rawQueries = /\b(?:from|into|join|update|table)\s+(\w+)/g;

/** Where the code of one area queries a table of another's. */
export function foreignTables(files: readonly SourceFile[], owners: ReadonlyMap<string, string>): string[] {
  return files.flatMap((file) => {
    const area = areaOf(file.path);
    return namedTables(file.text).flatMap(({ table, index }) => {
      const owner = owners.get(table);
      if (owner === undefined || owner === area || isOfBefore(file.path)) return [];
      return [
        `${file.path}:${lineAt(file.text, index)} queries ${table}: it is a table of ${owner}, so ask ${owner} by a port`,
      ];
    });
  });
}

function isOfBefore(path: string): boolean {
  const version = /^src\/\w+\/tables\/(\d+)-/.exec(path)?.[1];
  return version !== undefined && Number(version) < ownedSince;
}

function namedTables(text: string): { table: string; index: number }[] {
  const found = (pattern: RegExp, within: string, offset: number) =>
    [...within.matchAll(pattern)].map((match) => ({
      table: match[1] as string,
      index: offset + match.index,
    }));
  const templates = [...text.matchAll(/\bsql(?:<[^`]*>)?`[^`]*`/g)];
  return [
    ...found(queries, text, 0),
    ...templates.flatMap((template) => found(rawQueries, template[0], template.index)),
  ];
}

/** Imports of a service's `tables/` from elsewhere than itself and the composition root. */
export function borrowedTables(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    file.imports.flatMap(({ specifier, line }) => {
      const target = targetOf(file.path, specifier);
      const owner = /^src\/(\w+)\/tables\//.exec(target ?? '')?.[1];
      const area = areaOf(file.path);
      if (owner === undefined || [owner, 'process', 'hub'].includes(area)) return [];
      return [
        `${file.path}:${line} imports ${target}: the tables of ${owner} are its own, so ask it by a port`,
      ];
    }),
  );
}

/** Files of migrations whose names don't give their number. */
export function misnamed(paths: readonly string[], migrations: readonly Migration[]): string[] {
  const names = new Set(paths.map((path) => basename(path).slice(0, 3)));
  return migrations
    .filter(({ version }) => !names.has(String(version).padStart(3, '0')))
    .map(
      ({ version, name }) => `no file src/*/tables/${String(version).padStart(3, '0')}-*.ts holds “${name}”`,
    );
}
