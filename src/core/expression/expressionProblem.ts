/** Why an expression cannot be used: it does not parse, or it asks for more than expressions may. */
export type ExpressionProblemCode = 'expression-syntax' | 'expression-forbidden';

/** Thrown where an expression cannot be used. The message is a part of a sentence, without markup. */
export class ExpressionProblem extends Error {
  /**
   * @param offset - index in the text of the expression, from 0
   */
  constructor(
    readonly code: ExpressionProblemCode,
    message: string,
    readonly offset: number
  ) {
    super(message);
    this.name = 'ExpressionProblem';
  }
}

/** A problem of syntax. */
export function syntaxProblem(message: string, offset: number): ExpressionProblem {
  return new ExpressionProblem('expression-syntax', message, offset);
}

/** A problem of something that JavaScript has and expressions do not. */
export function forbiddenProblem(what: string, offset: number): ExpressionProblem {
  return new ExpressionProblem(
    'expression-forbidden',
    `"${what}" is not allowed in an expression`,
    offset
  );
}
