/**
 * Commands of the extension. Those with a path take the selected file, or else the open notebook,
 * when none is given.
 */
export namespace CommandIDs {
  /** Open a notebook, configuration or batch folder as a tool: `{ path?, choose?, tab?, placement? }`. */
  export const openTool = 'jupyterlab-crosscompute:open-tool';
  /** Run what is new or stale and open its report: `{ path? }`. */
  export const renderReport = 'jupyterlab-crosscompute:render-report';
  /** Run all batches, or the one of a batch folder: `{ path? }`. */
  export const runBatches = 'jupyterlab-crosscompute:run-batches';
  /** Print all batches, or the one of a batch folder: `{ path? }`. */
  export const printReport = 'jupyterlab-crosscompute:print-report';
  /** Choose one of the tools around a folder: `{ cwd? }`. */
  export const chooseTool = 'jupyterlab-crosscompute:choose-tool';
  /** Open the tool that the address of the page names: an `IRouter.ILocation`. */
  export const openAddress = 'jupyterlab-crosscompute:open-address';
  /** Bring a panel back after a reload: an `IPanelState`. */
  export const restorePanel = 'jupyterlab-crosscompute:restore-panel';
  /** Run the form of the panel in use. */
  export const run = 'jupyterlab-crosscompute:run';
  /** Run all batches of the panel in use. */
  export const runAll = 'jupyterlab-crosscompute:run-all';
  /** Stop the shown run of the panel in use. */
  export const stop = 'jupyterlab-crosscompute:stop-run';
  /** Show a tab of the panel in use: `{ tab }`. */
  export const showTab = 'jupyterlab-crosscompute:show-tab';
}
