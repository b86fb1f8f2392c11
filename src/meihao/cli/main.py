"""The `meihao` command: its commands, its languages, its exit codes.

0  done; for `evaluate`: the block is reached
1  a defect of ours (a traceback is shown)
2  refused: the input or the command line is wrong; the message says how to mend it
3  evaluated: not reached; compared: something differs
4  evaluated: undecided; filled: nothing
5  evaluated: no file could be taken
"""

from __future__ import annotations

import sys

import click

from meihao.base.text import Refused
from meihao.cli.comparing import diff, what_if_
from meihao.cli.evaluating import demo, evaluate, trace
from meihao.cli.filling import fill_command
from meihao.cli.forms import demo_data, template
from meihao.cli.policies import policies
from meihao.cli.reconciling import reconcile
from meihao.cli.say import language, say_error
from meihao.cli.verifying import verify

EXIT_CODES = "\b\n" + "\n".join(line.strip() for line in (__doc__ or "").splitlines()[2:])


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
def cli() -> None:
    """美好教育 Meihao: returns in; result, gaps and official tables out, each figure traceable.

    语言 / language: --lang zh|en after a command, or MEIHAO_LANG.
    """


COMMANDS = (
    evaluate,
    trace,
    diff,
    what_if_,
    fill_command,
    verify,
    reconcile,
    policies,
    template,
    demo_data,
    demo,
)
for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Runs the command line; a refusal is one worded message and exit code 2."""
    try:
        code = cli.main(standalone_mode=False)
    except Refused as refusal:
        say_error(refusal.text)
        sys.exit(2)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)


__all__ = ["cli", "language", "main"]
