"""Debian's vmm 0.7, /usr/sbin/vmm as it is packaged, many times without the start of an interpreter each time.

Standard input: one JSON array of arguments a line. For each a child runs the program; the answer is one line, [exit code, stdout, stderr].
It ends with its input.
"""
import collections
import collections.abc
import gc
import json
import os
import sys
import tempfile
import traceback

PROGRAM = '/usr/sbin/vmm'
with open(PROGRAM, encoding='utf-8') as program:
    CODE = compile(program.read(), PROGRAM, 'exec')

# Python 3.10 took this name away; the program uses it at its start.
collections.Callable = collections.abc.Callable
import VirtualMailManager.cli.main as main  # noqa: E402 its modules are loaded once, before the children are made

# So is its parser of command lines; it takes long and is always the same.
sys.argv = [PROGRAM]
PARSER = main.setup_parser()
main.setup_parser = lambda: PARSER
gc.freeze()
gc.disable()


def run(arguments, out, err):
    """In the child: what the interpreter would do with the program, to the exit code."""
    for file, number in ((out, 1), (err, 2)):
        os.dup2(file.fileno(), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = [PROGRAM] + arguments
    sys.path.insert(0, os.path.dirname(PROGRAM))
    code = 0
    try:
        exec(CODE, {'__name__': '__main__', '__file__': PROGRAM})
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


for line in sys.stdin:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            run(json.loads(line), out, err)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        for file in (out, err):
            file.seek(0)
        answer = [status, out.read().decode('utf-8', 'replace'), err.read().decode('utf-8', 'replace')]
    print(json.dumps(answer), flush=True)
