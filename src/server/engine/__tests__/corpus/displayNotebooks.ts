import { raising, withCell } from './corpusNotebook';
import type { Corpus } from './corpusNotebook';

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Rich output: what is shown, updated, cleared, and how it is counted. */
export const DISPLAY_NOTEBOOKS: Corpus = {
  display: {
    cells: [
      'from IPython.display import HTML, JSON, Image, Markdown, clear_output, display, update_display\nprint("before")\nhandle = display(HTML("<b>1</b>"), display_id="mine")\nprint("after")',
      'handle.update(HTML("<b>2</b>"))\nupdate_display(HTML("3"), display_id="mine")',
      'print("gone")\nclear_output(wait=True)\ndisplay(Markdown("*x*"), JSON({"a": [1, None]}), metadata={"k": 1})',
      'class Both:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n        return {"text/plain": "p", "application/json": {"n": 1}, "image/png": b"\\x89PNG"}\nBoth()',
      raising('class Bad:\n    def _repr_html_(self):\n        raise ValueError("bad")\nBad()')
    ]
  },
  'display updates': {
    cells: [
      'from IPython.display import HTML, display\nfirst = display("one", display_id="shared")\ndisplay("two", display_id="shared")\nfor i in range(3):\n    first.update(i)',
      'display("three", display_id="shared")\nother = display(display_id=True)\nother.display("four")\nother.update({"text/plain": "raw"}, raw=True, metadata={"m": 1})',
      'first.update(HTML("<i>last</i>"))\nfirst.update("nobody") if False else None',
      'from IPython.display import update_display\nupdate_display("unknown", display_id="never shown")'
    ]
  },
  'clear output': {
    cells: [
      'from IPython.display import clear_output, display\nprint("gone")\nclear_output()\nprint("kept")',
      'for i in range(4):\n    clear_output(wait=True)\n    print("step", i, flush=True)',
      'print("stays, as nothing comes after")\nclear_output(wait=True)',
      'display("x", display_id="cleared")\nclear_output()\nprint("no display left")',
      'from IPython.display import update_display\nupdate_display("y", display_id="cleared")',
      'print("a", flush=True)\nclear_output(wait=True)\ndisplay("b")\nprint("c")',
      'print("replaced by a result", flush=True)\nclear_output(wait=True)\n42'
    ]
  },
  'rich types': {
    cells: [
      'from IPython.display import HTML, JSON, SVG, Latex, Math, Markdown, Javascript, Image, Pretty, GeoJSON\nLatex(r"$\\frac{1}{2}$")',
      'Math(r"x^2")',
      'SVG("<svg xmlns=\\"http://www.w3.org/2000/svg\\"><circle r=\\"1\\"/></svg>")',
      'JSON({"deep": [{"é": None, "n": 1.5, "big": 2**60}]}, expanded=True)',
      'JSON({"none": float("nan"), "far": [float("inf")]})',
      'GeoJSON({"type": "Point", "coordinates": [1, 2]})',
      'Javascript("1 + 1")',
      'Pretty("as it is")',
      'display({"application/vnd.own+json": {"a": 1}, "text/plain": "own"}, raw=True)'
    ]
  },
  pictures: {
    cells: [
      `import base64\nfrom IPython.display import Image, display\npixel = base64.b64decode("${PIXEL}")\nImage(pixel)`,
      'display(Image(pixel, width=10, height=20, alt="a dot"), Image(data=pixel, embed=True, retina=True))',
      'Image(url="https://example.org/picture.png")',
      'class Picture:\n    def _repr_png_(self):\n        return pixel, {"width": 1}\nPicture()',
      'class Jpeg:\n    def _repr_jpeg_(self):\n        return b"\\xff\\xd8" + bytes(range(256))\nJpeg()',
      'class Sheet:\n    def _repr_pdf_(self):\n        return b"%PDF-1.4"\nSheet()'
    ]
  },
  'own types': {
    cells: [
      'class Frame:\n    def _repr_html_(self):\n        return "<table><tr><td>1</td></tr></table>"\n    def __repr__(self):\n        return "frame"\nFrame()',
      'class Many:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n        return {"text/html": "<b>m</b>", "text/latex": "m", "text/plain": "m"}, {"text/html": {"isolated": True}}\nMany()',
      'class Shows:\n    def _ipython_display_(self):\n        print("shows itself")\nShows()',
      'formatter = get_ipython().display_formatter.formatters["text/html"]\nformatter.for_type(complex, lambda z: f"<i>{z.real}</i>")\n1 + 2j',
      'class Broken:\n    def __repr__(self):\n        raise RuntimeError("no repr")\n',
      raising('Broken()')
    ]
  },
  results: {
    cells: ['1', '_ + 1', 'None', '[_, __]\nOut[1], In[1]', '3;', 'a = 5; a', '"""x\ny"""']
  },
  'names of a fresh start': {
    cells: ['[_, __, ___, Out, len(In), sorted(name for name in globals() if "_" not in name)]']
  },
  'execution counts': {
    cells: [
      { markdown: '# A title' },
      '1',
      '',
      { markdown: 'between' },
      '# only a comment',
      'x = 2',
      'get_ipython().execution_count',
      'get_ipython().run_cell("3")\nget_ipython().run_cell("4", store_history=True).result',
      'get_ipython().execution_count'
    ],
    differs: {
      reason:
        'nbclient numbers the cells itself; the numbers of the kernel are those by which code knows its results',
      ours: theirs => withCell(theirs, 8, () => ({ count: 7 }))
    }
  },
  tags: {
    cells: [
      { code: 'rate = 0.5\nrate', tags: ['parameters'] },
      { code: 'raise SystemError("skipped")', tags: ['skip-execution'] },
      { code: 'rate / 0', tags: ['raises-exception', 'other'] },
      { code: 'print("hidden from readers")', tags: ['remove-cell', 'hide-input'] },
      'rate'
    ]
  }
};
