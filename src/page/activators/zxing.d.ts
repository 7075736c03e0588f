/** What is used of the library that reads codes; its own declarations need a newer TypeScript. */
declare module '@zxing/browser/umd/zxing-browser.min.js' {
  /** A camera that is being read. */
  export interface IScannerControls {
    stop(): void;
  }

  /** Reads codes of all kinds. */
  export interface ICodeReader {
    /** @throws when there is no code */
    decodeFromImageUrl(uri: string): Promise<{ getText(): string }>;

    /** Calls back for each picture, with nothing where there is no code. */
    decodeFromConstraints(
      constraints: MediaStreamConstraints,
      video: HTMLVideoElement,
      callback: (result: { getText(): string } | undefined) => void
    ): Promise<IScannerControls>;
  }

  /** All that the library has is in one object. */
  const library: {
    BrowserMultiFormatReader: new (
      hints?: undefined,
      options?: { delayBetweenScanAttempts?: number; delayBetweenScanSuccess?: number }
    ) => ICodeReader;
  };
  export default library;
}
