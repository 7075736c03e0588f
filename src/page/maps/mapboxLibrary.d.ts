// The build of the library for strict policies comes without types.
declare module 'mapbox-gl/dist/mapbox-gl-csp.js' {
  // An import would make a module of this file, and its declaration one of what is there already.
  // eslint-disable-next-line @typescript-eslint/consistent-type-imports
  type MapLibrary = import('./mapLibrary').MapLibrary;
  const library: MapLibrary & { accessToken: string; workerUrl: string; version: string };
  export default library;
}
