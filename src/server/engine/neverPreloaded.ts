/** Modules that use a GPU. */
export const GPU_MODULES: ReadonlySet<string> = new Set(
  (
    'torch torchvision torchaudio tensorflow keras jax jaxlib cupy cudf cuml rmm pycuda pyopencl mxnet paddle ' +
    'triton vllm pytorch_lightning lightning'
  ).split(' ')
);

/**
 * Top-level names of modules that no process imports before it knows its run: they use a GPU, start threads or
 * processes, or show something.
 */
export const NEVER_PRELOADED: readonly string[] = [
  ...GPU_MODULES,
  ...'ray dask distributed pyspark tkinter turtle antigravity this'.split(' ')
];
