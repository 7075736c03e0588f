import * as path from 'node:path';
import type { IAutomation } from '../../core/automation/automation';
import type { IFiles } from '../../core/files';
import { completeDocument } from '../../core/template/completeDocument';
import type { IDocument, IPageFrame } from '../../core/template/document';
import { overrideContext, type IOverrideFacts } from '../../core/template/overrideContext';
import { builtInTemplate } from '../../core/template/overrideTemplates';
import type { ILog } from '../log';
import { readOverrides } from './overrideSources';
import type { ITemplateFailure } from './lockedTemplates';
import { OverrideThread } from './overrideThread';

/** Pages that authors may lay out by themselves. */
export type OverriddenPage = 'root' | 'automation' | 'step';

/** Renders pages by the templates of their authors. */
export class Overrides {
  /**
   * @param scriptsFolder - absolute folder of the bundled server, which has `overrideWorker.cjs`
   */
  constructor(
    private readonly _files: IFiles,
    scriptsFolder: string,
    private readonly _log: ILog
  ) {
    this._thread = new OverrideThread(path.join(scriptsFolder, 'overrideWorker.cjs'));
  }

  /**
   * Render a page by the templates of its automation.
   *
   * @returns null where the author has none for it, or one that fails, which the log tells; then the page is ours
   */
  async render(
    automation: Pick<IAutomation, 'folder' | 'display'> | null,
    page: OverriddenPage,
    frame: IPageFrame,
    document: IDocument,
    facts: IOverrideFacts
  ): Promise<string | null> {
    const isWanted = (id: string) => id === page || id === 'live' || id === 'base';
    if (!automation?.display.overrides.some(({ id }) => isWanted(id))) {
      return null;
    }
    const { names, templates } = await readOverrides(this._files, automation);
    const outcome = await this._thread.render({
      entry: names[page] ?? builtInTemplate(page),
      templates,
      context: overrideContext(frame, document, facts, names)
    });
    if ('html' in outcome) {
      return completeDocument(outcome.html, frame, document);
    }
    const { template, line, column, message } = outcome.failure;
    this._log.error(
      `${template}:${line}:${column} template-syntax: ${message}; the built-in page is shown`
    );
    return null;
  }

  /** Parse the templates of an automation; what is wrong with them, each at its place. */
  async findFaults(
    automation: Pick<IAutomation, 'folder' | 'display'>
  ): Promise<ITemplateFailure[]> {
    if (!automation.display.overrides.length) {
      return [];
    }
    const { names, templates } = await readOverrides(this._files, automation);
    const entries = [...new Set(Object.values(names))].filter(entry => entry in templates);
    const outcomes = await Promise.all(
      entries.map(entry => this._thread.render({ entry, templates, context: {}, isCheck: true }))
    );
    return outcomes.flatMap(outcome => ('failure' in outcome ? [outcome.failure] : []));
  }

  /** End the thread that renders. */
  close(): Promise<void> {
    return this._thread.close();
  }

  private readonly _thread: OverrideThread;
}
