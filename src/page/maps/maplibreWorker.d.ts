// The worker of the library is for its own pages, and comes without types.
declare module 'maplibre-gl/dist/maplibre-gl-worker.mjs';
