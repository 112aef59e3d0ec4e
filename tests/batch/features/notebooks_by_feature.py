# ruff: noqa: E501
"""Small notebooks, each showing one thing that a notebook can do: `name: cells`.

A cell is its source, or (source, tags). `DONE_TOO_SOON` holds those that Papermill calls done though
they did not finish, and what is said of them here.
"""

P = ("x = 1\nlabel = 'none'", ["parameters"])

SAME = {
    # What a cell may come to
    "error": [P, "1 / 0", "'never'"],
    "error of its own text": [P, "raise ValueError('第一行\\n第二行')", "2"],
    "exception group": [P, "raise ExceptionGroup('several', [ValueError('a'), KeyError('b')])", "2"],
    "task group": [
        P,
        "import asyncio\nasync def bad():\n    raise ValueError('inside')\n"
        "async with asyncio.TaskGroup() as group:\n    group.create_task(bad())",
        "'after'",
    ],
    "unknown line magic": [P, "%nosuchmagic now", "'after'"],
    "unknown cell magic": [P, "%%nosuchmagic\nselect 1", "'after'"],
    "handler of one's own": [
        P,
        "def told(shell, kind, value, trace, tb_offset=None):\n    print('told', value)\n"
        "get_ipython().set_custom_exc((ValueError,), told)",
        "raise ValueError('handled')",
        "'after'",
    ],
    "hook of one's own": [
        P,
        "get_ipython().showtraceback = lambda *a, **k: print('hidden')",
        "1 / 0",
        "'after'",
    ],
    "syntax error": [P, "if True print('x')", "'after'"],
    "pdb": [P, "import pdb; pdb.set_trace()", "'after'"],
    "input": [P, "name = input('who? ')", "'after'"],
    "getpass": [P, "import getpass; getpass.getpass()", "'after'"],
    "assertion": [P, "assert label == 'some', label", "'after'"],
    "keyboard interrupt": [P, "raise KeyboardInterrupt", "'after'"],
    "interrupt from a thread": [P, "import _thread, time\n_thread.interrupt_main(); time.sleep(20)", "'after'"],
    "interrupt by a signal": [P, "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT); time.sleep(20)", "'after'"],
    "interrupt that is borne": [
        P,
        "import os, signal, time\ntry:\n    os.kill(os.getpid(), signal.SIGINT); time.sleep(20)\n"
        "except KeyboardInterrupt:\n    print('borne')",
        "'goes on'",
    ],
    "alarm": [
        P,
        "import signal, time\ndef rung(*_):\n    raise TimeoutError('rung')\nsignal.signal(signal.SIGALRM, rung)\n"
        "_ = signal.setitimer(signal.ITIMER_REAL, 0.1)\ntime.sleep(20)",
        "'after'",
    ],
    "handlers of signals": [P, "import signal\n[signal.getsignal(number) for number in range(1, 32)], signal.pthread_sigmask(0, [])"],
    "exit with a fault": [P, "import sys; sys.exit(3)", "'after'"],
    "exit with a text": [P, "import sys; sys.exit('no figures')", "'after'"],
    "exit in the last cell": [P, "print('done')", "import sys; sys.exit(0)"],
    "raises-exception": [P, ("1 / 0", ["raises-exception"]), "'goes on'"],
    "raises-exception but does not": [P, ("'fine'", ["raises-exception"]), "'goes on'"],
    "skip-execution": [P, ("1 / 0", ["skip-execution"]), "'goes on'"],
    "remove tags": [P, ("'seen'", ["remove-input"]), ("'hidden'", ["remove-output", "remove-cell"])],
    "warning": [P, "import warnings; warnings.warn('careful')", "'after'"],
    "logging": [P, "import logging; logging.warning('noted')", "'after'"],
    "thread that fails": [
        P,
        "import threading\nthread = threading.Thread(target=lambda: print('from a thread'))\n"
        "thread.start(); thread.join()",
        "'after'",
    ],
    # What it may show
    "text": [P, "x + 1", "label"],
    "last value only": [P, "1\n2\n3", "4;", "_"],
    "history": [P, "41", "Out[2] + 1", "In[2]"],
    "print": [P, "print('a'); print('b', end=''); print('c')"],
    "both streams": [
        P,
        "import sys\nfor n in range(4):\n    print(n, flush=True)\n"
        "    print(-n, file=sys.stderr, flush=True)",
    ],
    "html": [P, "from IPython.display import HTML; HTML('<b>質量</b>')"],
    "several kinds": [
        P,
        "from IPython.display import Markdown, JSON, Latex, SVG, display\n"
        "display(Markdown('*a*'), JSON({'a': [1]}), Latex('$x$'), SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>'))",
    ],
    "own mime bundle": [
        P,
        "class Shown:\n    def _repr_mimebundle_(self, **_):\n"
        "        return {'text/plain': 'plain', 'text/html': '<i>rich</i>'}, {'text/html': {'isolated': True}}\nShown()",
    ],
    "update of a display": [
        P,
        "from IPython.display import display\nheld = display('before', display_id='one')",
        "held.update('after')",
        "'end'",
    ],
    "clear": [P, "from IPython.display import clear_output\nprint('a'); clear_output(); print('b')"],
    "clear and wait": [
        P,
        "from IPython.display import clear_output\nfor n in range(5):\n    clear_output(wait=True); print(n)",
    ],
    "frame": [P, "import pandas as pd\npd.DataFrame({'省': ['遼寧', '吉林'], 'x': [1.5, None]})"],
    "frame of many rows": [P, "import pandas as pd\npd.DataFrame({'x': range(200)})"],
    "frame of many columns": [P, "import pandas as pd\npd.DataFrame([range(60)])"],
    "pandas options": [P, "import pandas as pd\n[pd.get_option(o) for o in ('display.max_rows', 'display.width', 'display.max_columns')]"],
    "picture": [P, "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()"],
    "two pictures": [P, "import matplotlib.pyplot as plt\nfor n in (1, 2):\n    plt.figure(); plt.plot([n, 2])"],
    "picture as svg": [
        P,
        "%config InlineBackend.figure_formats = ['svg']\nimport matplotlib.pyplot as plt",
        "plt.plot([1, 2]); 'kept'",
    ],
    "figure as value": [P, "from matplotlib.figure import Figure\nfigure = Figure(); figure.subplots().plot([1])\nfigure"],
    "comm": [
        P,
        "from comm import create_comm\nmade = create_comm(target_name='quyu.test', data={'a': 1})\nmade.send({'b': 2}); print('sent')",
    ],
    "widgets": [
        P,
        "import ipywidgets\nheld = ipywidgets.IntSlider(value=3, description='x')\nheld",
        "held.value = 7",
        "out = ipywidgets.Output()\nwith out:\n    print('inside')\nout",
        "ipywidgets.interact(lambda n: print('n is', n), n=(0, 4))",
    ],
    "40,000 prints": [P, "for n in range(40_000):\n    print(n)"],
    "long line": [P, "print('x' * 200_000)"],
    "odd letters": [P, "print('\\u202e右 \\U0001f600 \\x00 é')"],
    "escapes": [P, "print('\\x1b[31mred\\x1b[0m'); print('50 %\\r100 %')"],
    "progress over itself": [P, "import sys\nfor n in range(3):\n    sys.stdout.write(f'\\r{n}'); sys.stdout.flush()"],
    "click": [P, "import click; click.echo('by click'); click.secho('red', fg='red')"],
    "click of many kinds": [
        P,
        "import click\nclick.echo('no end', nl=False); click.echo('貢獻'.encode()); click.echo('aside', err=True)\n"
        "click.echo(x, color=True); click.echo()",
        "click.echo(click.style('kept', fg='green'), color=True); click.echo(click.get_text_stream('stdout').encoding)",
    ],
    "click's bar": [
        P,
        "import click, sys\nfor where in (sys.stdout, sys.stderr):\n"
        "    with click.progressbar(range(5), label='five', file=where) as bar:\n        print(sum(bar))",
    ],
    "click's command": [
        P,
        "import click\n@click.command()\n@click.option('--times', default=1)\ndef greet(times):\n"
        "    for _ in range(times):\n        click.echo('hello')",
        "greet(['--times', '2'], standalone_mode=False)",
        "from click.testing import CliRunner\nCliRunner().invoke(greet, ['--times', 'many']).output",
    ],
    "click's prompt": [P, "import click; click.confirm('sure?')", "'after'"],
    "typer": [P, "import typer; typer.echo('by typer')"],
    "typer of many kinds": [
        P,
        "import typer\ntyper.echo('aside', err=True); typer.secho('red', fg=typer.colors.RED, bold=True)",
        "with typer.progressbar([1, 2, 3], label='three') as bar:\n    print(sum(bar))",
        "app = typer.Typer()\n@app.command()\ndef greet(name: str = '遼寧'):\n    typer.echo(f'hello {name}')",
        "app([], standalone_mode=False)",
        "app(['--nobody'], standalone_mode=False)",
        "'after'",
    ],
    "tqdm": [
        P,
        "from tqdm import tqdm\nplain = '{n}/{total}'\nfor n in tqdm(range(5), bar_format=plain):\n    print(n)",
        "import sys\nfor n in tqdm(range(5), bar_format=plain, file=sys.stdout):\n    pass",
        "for n in tqdm(range(3), bar_format=plain, leave=False, mininterval=0):\n    tqdm.write(str(n))",
    ],
    "bar of rich": [
        P,
        "import sys\nfrom rich.console import Console\nfrom rich.progress import BarColumn, Progress, TextColumn\n"
        "with Progress(TextColumn('{task.description}'), BarColumn(), console=Console(width=40, force_jupyter=False)) as bar:\n"
        "    for n in bar.track(range(3), description='three'):\n        bar.console.print(n)",
    ],
    "rich": [P, "from rich.console import Console; Console(force_jupyter=False, width=40).print('by [b]rich[/b]')"],
    "unprintable": [P, "class Bad:\n    def __repr__(self):\n        raise ValueError('no repr')\nBad()", "'after'"],
    # What it may use
    "await": [P, "import asyncio\nawait asyncio.sleep(0.01)\n'slept'"],
    "task over cells": [
        P,
        "import asyncio\nasync def later():\n    await asyncio.sleep(0.05)\n    return 'done'\ntask = asyncio.create_task(later())",
        "await task",
    ],
    "bash": [P, "%%bash\necho from bash; echo aside >&2", "'after'"],
    "bash that fails": [P, "%%bash\nexit 3", "'after'"],
    "shell": [P, "!echo from the shell", "lines = !echo kept\nlines"],
    "time": [P, "%time y = x", "y"],
    "timeit": [P, "taken = %timeit -n1 -r1 -q -o x\nprint(type(taken).__name__)"],
    "capture": [P, "%%capture kept\nprint('inside')", "kept.stdout"],
    "env": [P, "%env QUYU_TEST=1", "import os; os.environ['QUYU_TEST']"],
    "who": [P, "%who_ls str", "%whos int"],
    "autoreload": [P, "%load_ext autoreload\n%autoreload 2\nimport json; json.dumps(1)"],
    "run": [P, "open('made_by_run.py', 'w').write('made = 7'); None", "%run made_by_run.py\nmade"],
    "path": [P, "import sys\nsys.path"],
    "module beside": [P, "open('beside.py', 'w').write('y = 9'); None", "import beside\nbeside.y"],
    "names": [P, "__name__, '__file__' in globals(), '__builtins__' in globals()"],
    "shell object": [P, "type(get_ipython()).__name__, get_ipython().kernel is not None"],
    "class and closure": [
        P,
        "from dataclasses import dataclass\n@dataclass\nclass Pair:\n    a: int\n    b: int = 2\nPair(x)",
        "(lambda n: [n + i for i in range(3)])(x)",
    ],
    "annotated": [("x: int = 1\nlabel: str = 'none'", ["parameters"]), "x, label"],
    "tuple of parameters": [("x, label = 1, 'none'", ["parameters"]), "x, label"],
    "no parameters cell": ["x = 3", "x"],
    "pool": [P, "from multiprocessing import Pool\nwith Pool(2) as pool:\n    print(pool.map(abs, [-1, -2]))"],
    "pool left open": [P, "from multiprocessing import Pool\npool = Pool(2)\npool.map(abs, [-1, -2])"],
    "process executor": [
        P,
        "from concurrent.futures import ProcessPoolExecutor\nwith ProcessPoolExecutor(2) as pool:\n    print(list(pool.map(abs, [-3])))",
    ],
    "thread executor": [
        P,
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n    print(list(pool.map(abs, [-3])))",
    ],
    "joblib": [P, "from joblib import Parallel, delayed\nParallel(n_jobs=2)(delayed(abs)(n) for n in (-1, -2))"],
    "joblib in threads": [P, "from joblib import Parallel, delayed\nParallel(n_jobs=2, prefer='threads')(delayed(abs)(n) for n in (-1,))"],
    "thread left running": [P, "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()", "'after'"],
    "subprocess": [P, "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(5)'], capture_output=True, text=True).stdout"],
    "fork": [P, "import os\nchild = os.fork()\nif not child:\n    os._exit(0)\nos.waitpid(child, 0)[1]"],
    "atexit": [P, "import atexit; atexit.register(lambda: open('left.txt', 'w').write('x')); None", "'after'"],
    "what is left to the end": [
        P,
        "import logging, logging.handlers, tempfile, weakref\n"
        "kept = tempfile.TemporaryDirectory(dir='.')\n"
        "_ = weakref.finalize(tempfile, lambda: open('finalized.txt', 'w').write('x'))\n"
        "logger = logging.getLogger('later')\n"
        "logger.addHandler(logging.handlers.MemoryHandler(99, target=logging.FileHandler('log.txt')))\n"
        "logger.warning('kept for the end')\nhalf = open('half.txt', 'w')\n_ = half.write('half')",
        "'after'",
    ],
    "process that outlives the cells": [
        P,
        "import time\nfrom multiprocessing import get_context\ndef work():\n    time.sleep(1)\n    open('worked.txt', 'w').write('x')\n"
        "get_context('fork').Process(target=work).start()",
        "'after'",
    ],
    "random": [P, "import random; random.seed(7); random.random()", "import numpy as np; np.random.default_rng(7).random()"],
    "temporary file": [P, "import tempfile\nwith tempfile.NamedTemporaryFile() as file:\n    print(file.write(b'abc'))"],
    "only a comment": [P, "# nothing here", "'after'"],
    "empty cells": [P, "", "   ", "'after'"],
    "magic alone": [P, "%matplotlib inline", "'after'"],
    "help": [P, "x?"],
    "nested function error": [P, "def a():\n    return b()\ndef b():\n    return {}['k']", "a()", "'after'"],
}  # fmt: skip

DONE_TOO_SOON = {
    "breakpoint": ([P, "breakpoint()", "'never'"], "cell 2: StdinNotImplementedError"),
    "exit before the end": ([P, "import sys; sys.exit(0)", "'never'"], "cell 2: SystemExit"),
    "exit without a word": ([P, "raise SystemExit", "'never'"], "cell 2: SystemExit"),
    "quit": ([P, "quit()", "'never'"], "cell 3 never ran: \"'never'\"; the kernel ended"),
    "exit function": ([P, "exit()", "'never'"], "cell 3 never ran: \"'never'\"; the kernel ended"),
    "kernel that ends": ([P, "import os; os._exit(0)", "'never'"], "cell 2: its kernel died"),
    "kernel that aborts": ([P, "import os; os.abort()", "'never'"], "cell 2: its kernel died"),
    "kernel that is killed": (
        [P, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "'never'"],
        "cell 2: its kernel died",
    ),
    "segfault": ([P, "import ctypes; ctypes.string_at(0)", "'never'"], "cell 2: its kernel died"),
    "deadline": ([P, "print('so far', flush=True)\nimport time; time.sleep(60)", "'never'"], "cell 2: the cell took longer than 3 s"),
}  # fmt: skip

PARAMETERS = {
    "text": "遼寧 \"quoted\" 'too' \\ and\nlines",
    "integer": -3,
    "real": 1.5e-300,
    "true": True,
    "none": None,
    "list": [1, "二", None, [2.5]],
    "map": {"weights": {"economy": 2}, "without": ["so2"]},
    "infinite": float("inf"),
}
