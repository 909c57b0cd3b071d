import type { Message } from '../refusal.ts'

const STATEMENT_SHOWN = 200

/** A statement as errors name it: one line, not the whole of a long one. */
export function shortStatement(statement: string): string {
  return statement.replaceAll(/\s+/g, ' ').trim().slice(0, STATEMENT_SHOWN)
}

/** A statement ran longer than it was given. Its transaction is rolled back; the base goes on. */
export class StatementStopped extends Error {
  override readonly name = 'StatementStopped'
  readonly code = 'STATEMENT_STOPPED'
  readonly statement: string
  readonly limitMs: number
  constructor(statement: string, limitMs: number, options?: ErrorOptions) {
    super(`Stopped after ${limitMs / 1000} s: ${statement}`, options)
    this.statement = statement
    this.limitMs = limitMs
  }
}

/**
 * The embedded engine broke off inside a statement (not an SQL error). It is thrown away with the open transaction;
 * the next statement meets a new one on the same folder, with everything committed before.
 */
export class EngineFault extends Error {
  override readonly name = 'EngineFault'
  readonly code = 'ENGINE_FAULT'
  readonly statement: string
  readonly fault: string
  constructor(fault: string, statement: string) {
    super(`The embedded engine broke off (${fault}) in: ${statement}`)
    this.fault = fault
    this.statement = statement
  }
}

/** Work caught an SQL error inside a transaction and carried on: the database had already given the transaction up. */
export class TransactionLost extends Error {
  override readonly name = 'TransactionLost'
  readonly code = 'TRANSACTION_LOST'
  constructor() {
    super('An earlier statement of this transaction failed, so nothing of it was committed.')
  }
}

/**
 * The base itself was used while a transaction of it was open. The embedded base has one connection, so this would
 * wait for itself for ever; a server would read around the transaction.
 */
export class OutsideTransaction extends Error {
  override readonly name = 'OutsideTransaction'
  readonly code = 'OUTSIDE_TRANSACTION'
  constructor() {
    super(
      'Inside base.transaction() use the transaction it passes, not base.db or another base.transaction().',
    )
  }
}

/** Which of these a person can be told about, in both languages. */
export function failureText(error: unknown): Message | null {
  if (error instanceof StatementStopped) {
    return {
      zh: `查询超过 ${error.limitMs / 1000} 秒已停止，数据未受影响。`,
      en: `The query was stopped after ${error.limitMs / 1000} s. No data were changed.`,
    }
  }
  if (error instanceof EngineFault) {
    return {
      zh: '内置试用库的引擎出现故障，本次操作未保存，数据库已自动恢复。正式使用请改用 PostgreSQL。',
      en: 'The engine of the embedded trial base broke off. This operation was not saved and the base has recovered. Use PostgreSQL for production.',
    }
  }
  return null
}
