// The published types of kdbush need a newer TypeScript; those of maplibre-gl name it, and nothing of ours does.
declare class KDBush {}
export default KDBush;
