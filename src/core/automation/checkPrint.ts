import type { IVariable } from './automation';
import type { ProblemList } from './problemList';
import type { ProblemCode } from './problemCodes';

/**
 * Check that the documents of the step `print` do not overwrite each other, and that its links lead to one.
 *
 * @param variables - of the step, in the order of the file
 */
export function checkPrint(variables: readonly IVariable[], problems: ProblemList): void {
  const printed = variables.filter(({ view, path }) => view === 'pdf' && path);
  checkConflicts(printed, ({ path }) => path, problems);
  checkConflicts(printed, ({ configuration: { name } }) => name, problems);
  for (const { id, view, path, position } of variables) {
    if (view === 'link' && path && !printed.some(other => other.path === path)) {
      const message = `link "${id}" points to "${path}", which nothing prints`;
      problems.add('print-link', position, message, 'add a variable of view pdf with this path');
    }
  }
}

function checkConflicts(
  printed: readonly IVariable[],
  targetOf: (variable: IVariable) => unknown,
  problems: ProblemList
): void {
  const owners = new Map<string, string>();
  const code: ProblemCode = 'print-name-conflict';
  for (const variable of printed) {
    const target = targetOf(variable);
    if (typeof target !== 'string' || !target.trim()) {
      continue;
    }
    const owner = owners.get(target);
    if (owner === undefined) {
      owners.set(target, variable.id);
    } else {
      const message = `"${owner}" and "${variable.id}" would both write "${target}"`;
      problems.add(code, variable.position, message, 'give each a path and a name of its own');
    }
  }
}
