import { stream, withCell } from './corpusNotebook';
import type { Corpus } from './corpusNotebook';

/** Libraries that people use in notebooks. */
export const LIBRARY_NOTEBOOKS: Corpus = {
  pandas: {
    needs: ['pandas'],
    cells: [
      'import pandas as pd\nframe = pd.DataFrame({"a": [1, 2.5], "b": ["x", "ü"]})\nframe',
      'frame.describe()',
      'frame["a"]',
      'frame.style.highlight_max(subset="a").set_uuid("u") if pd.io.formats.style.has_jinja2 else None',
      'frame["c"]'
    ]
  },
  numpy: {
    needs: ['numpy'],
    cells: [
      'import numpy as np\nnp.arange(6).reshape(2, 3)',
      'np.random.seed(1)\nnp.random.rand(2).round(6)',
      'np.array([1.0]) / 0',
      'np.linalg.inv(np.eye(2)) @ np.ones(2)',
      'np.arange(10000)',
      'np.linalg.inv(np.zeros((2, 2)))'
    ]
  },
  figures: {
    needs: ['matplotlib'],
    cells: [
      'import matplotlib\nimport matplotlib.pyplot as plt\nprint(matplotlib.get_backend(), matplotlib.is_interactive())',
      'plt.plot([1, 2, 3])\nplt.title("$x^2$")',
      'print(matplotlib.get_backend(), matplotlib.is_interactive(), plt.get_fignums())',
      'figure, axes = plt.subplots(1, 2, figsize=(4, 2))\naxes[0].bar(["a"], [1])\nplt.show()\nprint("shown")',
      'figure',
      '%matplotlib inline\nplt.hist([1, 1, 2]);',
      '%config InlineBackend.figure_formats = ["svg"]\nplt.figure(figsize=(1, 1)).text(0.1, 0.1, "t")\nprint(len(plt.get_fignums()))\nplt.close("all")',
      'sorted((key, str(value)) for key, value in matplotlib.rcParams.items())'
    ]
  },
  'figures without windows': {
    needs: ['matplotlib'],
    cells: [
      'import matplotlib\nmatplotlib.use("Agg")\nimport matplotlib.pyplot as plt\nplt.plot([1])\nprint(plt.get_backend())'
    ]
  },
  'figures and errors': {
    needs: ['matplotlib'],
    cells: [
      'import matplotlib.pyplot as plt\nplt.figure(figsize=(1, 1))\nprint("text between")\nplt.figure(figsize=(1, 1))',
      'plt.figure(figsize=(1, 1)).savefig("made.png")\nplt.close()\nopen("made.png", "rb").read(4)',
      'plt.figure(figsize=(1, 1))\n1 / 0'
    ]
  },
  comms: {
    needs: ['comm'],
    cells: [
      'import comm\nopened = comm.create_comm(target_name="mine", data={"state": {"n": 1}}, metadata={"version": "2"})\nopened.send({"n": 2}, buffers=[b"\\x00\\xff"])',
      'manager = comm.get_comm_manager()\nprint(type(manager).__name__, opened.comm_id in manager.comms, manager is get_ipython().kernel.comm_manager)',
      'opened.on_msg(print)\nmanager.register_target("theirs", lambda each, message: each.send({}))\nsorted(manager.targets)',
      'opened.close()\nopened.comm_id in manager.comms',
      'class View:\n    def _repr_mimebundle_(self, **options):\n        return {"text/plain": "View()", "application/vnd.jupyter.widget-view+json": {"version_major": 2, "version_minor": 0, "model_id": "m"}}\nView()'
    ]
  },
  widgets: {
    needs: ['ipywidgets'],
    cells: [
      'import ipywidgets as widgets\nfrom IPython.display import display\nslider = widgets.IntSlider(value=3, description="n")\nslider',
      'slider.value = 5\ndisplay(widgets.VBox([slider, widgets.Label("x")]))\nslider.value',
      'seen = []\nslider.observe(lambda change: seen.append(change["new"]), "value")\nslider.value = 7\nseen',
      'widgets.interact(lambda n: print("n is", n), n=2);',
      'bar = widgets.IntProgress(max=3)\ndisplay(bar)\nfor i in range(3):\n    bar.value += 1',
      'slider.close()\nwidgets.Widget.close_all()'
    ],
    differs: {
      reason:
        'what code prints into an output widget stays in the cell as well, where pages show it; nbclient keeps it in the state of the widget alone',
      ours: theirs =>
        withCell(theirs, 3, ({ outputs }) => ({
          outputs: [stream('stdout', 'n is 2\n'), ...outputs]
        }))
    }
  }
};
