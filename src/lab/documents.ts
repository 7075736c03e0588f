import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IPosition } from '../core/problem';

/** The part of an editor that goes to a place. */
interface IEditorLike {
  setCursorPosition(position: { line: number; column: number }): void;
  revealPosition(position: { line: number; column: number }): void;
  focus(): void;
}

/**
 * Opens files of an automation in JupyterLab's own documents.
 */
export class Documents {
  constructor(
    private readonly _manager: IDocumentManager,
    private readonly _notebooks: INotebookTracker | null
  ) {}

  /** Open a file, or bring it to the front. */
  open(path: string): IDocumentWidget | undefined {
    return this._manager.openOrReveal(path);
  }

  /** Open a text file in the editor with the cursor at a place; line and column count from 1. */
  async openAt({ file, line, column }: IPosition): Promise<void> {
    const widget = this._manager.openOrReveal(file, 'Editor') ?? this._manager.openOrReveal(file);
    if (!widget) {
      return;
    }
    await widget.context.ready;
    await widget.revealed;
    const { content } = widget;
    const editor = 'editor' in content ? (content.editor as IEditorLike | undefined) : undefined;
    if (editor && !widget.isDisposed) {
      const position = { line: Math.max(0, line - 1), column: Math.max(0, column - 1) };
      editor.setCursorPosition(position);
      editor.revealPosition(position);
      editor.focus();
    }
  }

  /**
   * Open a notebook with one of its code cells in use.
   *
   * @param number - of the code cell, from 1; null for the notebook alone
   */
  async openNotebook(path: string, number: number | null): Promise<void> {
    const widget = this._manager.openOrReveal(path, 'Notebook');
    if (!widget || number === null) {
      return;
    }
    await widget.context.ready;
    const { content } = widget as NotebookPanel;
    let left = number;
    const index = content.widgets.findIndex(cell => cell.model.type === 'code' && --left === 0);
    if (index >= 0) {
      content.activeCellIndex = index;
      await content.scrollToItem(index, 'center');
    }
  }

  /** Save those of these notebooks that are open and have unsaved changes. */
  async saveNotebooks(paths: readonly string[]): Promise<void> {
    const saves: Promise<void>[] = [];
    this._notebooks?.forEach(({ context }) => {
      if (context.model.dirty && paths.includes(this.localPath(context.path))) {
        saves.push(context.save());
      }
    });
    await Promise.all(saves);
  }

  /** Save the notebook of a path when it is open and has unsaved changes. */
  async saveNotebook(path: string): Promise<void> {
    await this.saveNotebooks([this.localPath(path)]);
  }

  /** A path without its drive, as the server knows it. */
  localPath(path: string): string {
    return this._manager.services.contents.localPath(path);
  }
}
