import type { IPosition } from '../problem';
import type { ProblemList } from './problemList';
import { Section } from './section';
import type { IMappingNode, TreeNode } from './tree';
import { findEntry, isNull } from './tree';

/**
 * Turn `prints`, which 0.9.2 and 0.9.3 have, into variables of the step `print`.
 *
 * @param tree - checked configuration
 */
export function movePrints(tree: IMappingNode, problems: ProblemList): IMappingNode {
  const prints = findEntry(tree, 'prints');
  if (!prints || isNull(prints.value)) {
    return tree;
  }
  const { position } = prints;
  problems.add('moved-key', position, '"prints" is now "print.variables"', 'it still works');
  const print = findEntry(tree, 'print');
  if (print && !isNull(print.value)) {
    return tree;
  }
  const sections = new Section(tree).sections('prints');
  const items = sections.map((section, index) => variableOf(section, index));
  const variables: TreeNode = { kind: 'list', position, items };
  const others = tree.entries.filter(({ key }) => key !== 'print' && key !== 'prints');
  const value = mapping(position, { variables });
  return { ...tree, entries: [...others, { key: 'print', position, value }] };
}

/**
 * Name the variable of an item of `prints`.
 *
 * @param index - of the item, from 0
 */
export function printNames(format: string, index: number): { id: string; path: string } {
  const id = index ? `${format}-${index + 1}` : format;
  return { id, path: `${id}.${format}` };
}

function variableOf(section: Section, index: number): IMappingNode {
  const { position } = section;
  const format = section.filledText('format') ?? 'pdf';
  const { id, path } = printNames(format, index);
  const configuration = section.section('configuration').node;
  const named = section.node.entries.filter(({ key }) => key === 'folder' || key === 'name');
  return mapping(position, {
    id: scalar(id, position),
    view: scalar(format, section.positionOf('format')),
    path: scalar(path, position),
    configuration: { ...configuration, entries: [...configuration.entries, ...named] }
  });
}

function mapping(position: IPosition, values: Readonly<Record<string, TreeNode>>): IMappingNode {
  const entries = Object.entries(values).map(([key, value]) => ({ key, position, value }));
  return { kind: 'mapping', position, isFlow: false, entries };
}

function scalar(text: string, position: IPosition): TreeNode {
  return { kind: 'scalar', position, value: text, text };
}
