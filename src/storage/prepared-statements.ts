import { Latest } from '#core/latest.ts';

/** Few texts are used repeatedly; the rest comes and goes. */
export const preparedMax = 256;
/** An insert of hundreds of rows takes much memory and is seldom repeated in the same size. */
export const preparedSqlCharsMax = 4_000;

/**
 * Statements that read or write rows, or begin and end transactions; all others may change the tables that a prepared
 * statement was made for.
 */
const keepsTables = /^\s*(select|insert|update|delete|with|begin|commit|rollback)\b/i;

/**
 * Statements of one connection by their text: preparing costs more than running most of them. The most recently used
 * ones are kept. A running statement is not handed out a second time: a connection runs one after the other.
 */
export class PreparedStatements<Statement> {
  readonly #prepare: (sql: string) => Statement;
  readonly #known = new Latest<string, Statement>({ countMax: preparedMax });

  constructor(prepare: (sql: string) => Statement) {
    this.#prepare = prepare;
  }

  of(sql: string): Statement {
    if (!keepsTables.test(sql)) {
      this.#known.clear();
      return this.#prepare(sql);
    }
    const statement = this.#known.get(sql) ?? this.#prepare(sql);
    if (sql.length > preparedSqlCharsMax) return statement;
    this.#known.set(sql, statement);
    return statement;
  }
}
