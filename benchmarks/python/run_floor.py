"""The floor: the cells' code in processes that have imported everything before. Prints the seconds.

python run_floor.py AUTOMATION_FOLDER CELLS_FILE [--shown]

With --shown, plt.show() draws what a notebook shows: an image of each open figure. Without, it does nothing.
"""

import base64
import io
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from pathlib import Path

from batches import enter


def warm_up(_):
    """Import what reports import and draw once, then let the other worker have its turn."""
    import matplotlib

    matplotlib.use('agg')
    import matplotlib.pyplot as plt
    import pandas as pd

    figure, axes = plt.subplots()
    pd.DataFrame({'x': [1, 2]}).plot.bar(ax=axes)
    figure.savefig(io.BytesIO())
    plt.close('all')
    time.sleep(0.5)


def draw_open_figures():
    """Draw what the inline backend of notebooks draws, with its defaults."""
    import matplotlib.pyplot as plt

    for number in plt.get_fignums():
        figure, image = plt.figure(number), io.BytesIO()
        figure.canvas.print_figure(image, format='png', bbox_inches='tight', dpi=figure.dpi)
        base64.b64encode(image.getvalue())
    plt.close('all')


def run(code, batch, is_shown):
    """Run the code in a namespace of its own."""
    import matplotlib.pyplot as plt

    enter(batch)
    if is_shown:
        plt.show = draw_open_figures
    with redirect_stdout(io.StringIO()):
        exec(code, {'__name__': '__main__'})
    plt.close('all')


def main(automation, cells, *options):
    """Print the seconds of all batches, two at once."""
    code = Path(cells).read_text()
    batches = sorted((Path(automation).resolve() / 'batches').iterdir())
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(warm_up, range(2)))
        started = time.perf_counter()
        list(pool.map(run, [code] * len(batches), batches, ['--shown' in options] * len(batches)))
        print(time.perf_counter() - started)


if __name__ == '__main__':
    main(*sys.argv[1:])
