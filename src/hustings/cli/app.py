"""The root command. It knows one line about each command and imports a command's module only when it is called."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from hustings.errors import HustingsError

COMMANDS: dict[str, str] = {
    "run": "The night: load, weigh, fit, project, score, and the morning brief.",
    "project": "From published polls to who wins: writes a folder with every number and its error.",
    "track": "The path of opinion, day by day, with bands.",
    "explain": "Why a number moved between two days, poll by poll.",
    "backtest": "Project earlier contests from earlier days and score what comes out.",
    "brief": "One self-contained page from a projection's folder.",
    "contests": "List the built-in contests, or print one to copy and change.",
    "new": "Make a campaign's folder.",
    "load": "Load voters, history, contacts, early votes or attributes: all of a file or nothing.",
    "link": "Link people of other files to voters, and movers between states.",
    "voters": "Count voters, list them, show one, compare two days.",
    "lists": "Cut lists of voters to contact, with hold-outs that are locked; show them.",
    "sql": "Ask the electorate in SQL.",
    "survey": "The campaign's own poll: draw, ask, check, weigh, tables, lines.",
    "fit": "Fit who votes, whom they support, what contact changes; each with its card.",
    "score": "Score every voter, as columns beside the voters.",
    "scores": "Show what a voter's scores are made of.",
    "watch": "What the numbers rest on, and whether it still holds: the board.",
    "plan": "Where the next dollar, visit, call and interview go, to win what counts.",
    "snapshots": "What is stored, load by load.",
    "verify": "Check that everything stored is as it was written.",
    "layouts": "List the layouts of voter files and others, or print one to copy and change.",
    "synth": "Make a synthetic electorate: raw voter files with the truth behind them.",
    "demo": "A small campaign's night: real polls of 2016, synthetic voters.",
}
"""Command -> one line of help, in the order in which they are used; `hustings.cli.<command>` holds the rest."""

EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143
EXIT_ERROR = 2

# What typer raises for options and arguments that cannot be; its click is private, and outside it before typer 0.16.
_UsageError: Any = typer.BadParameter.__base__


class LazyGroup(TyperGroup):
    """Lists commands without importing them."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 (typer's own click is private)
        """Name the commands, in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002
        """Give a stand-in that can say its help line; None when there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name])

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401
        """Load the real command: it is about to run or to print its own help."""
        name, stand_in, rest = super().resolve_command(ctx, args)
        return name, load(str(stand_in.name)) if stand_in is not None else None, rest


def load(name: str) -> Any:  # noqa: ANN401 (typer's own click is private)
    """Import a command's module and make its click command.

    The module exports `app` (a typer app with sub-commands) or `command` (a function).
    """
    module = importlib.import_module(f"hustings.cli.{name}")
    app = getattr(module, "app", None)
    if app is None:
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(name)(module.command)
    command = typer.main.get_command(app)
    command.name = name
    _keep_lines(command)
    return command


def _keep_lines(command: Any) -> None:  # noqa: ANN401 (typer's own click is private)
    r"""Let the examples of a help keep their lines: docstrings are raw, so its mark for that, ``\b``, is two characters."""
    command.help = (command.help or "").replace("\\b\n", "\b\n")
    for inner in getattr(command, "commands", {}).values():
        _keep_lines(inner)


root = typer.Typer(
    cls=LazyGroup,
    name="hustings",
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="An election campaign's numbers, with their errors. `hustings COMMAND --help` says more and gives an example.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    """Print the version and leave."""
    if value:
        from importlib.metadata import version

        print(f"hustings {version('hustings')}")
        raise typer.Exit


@root.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options before the command."""


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command line and exit.

    Exit codes: 0 done; 2 the input, an option or a folder cannot be used (one line on stderr); 130 interrupted.
    """
    signal.signal(signal.SIGTERM, _terminated)
    try:
        code = typer.main.get_command(root).main(args=args, prog_name="hustings", standalone_mode=False)
    except HustingsError as err:
        _fail(str(err))
    except _UsageError as err:
        _misused(err)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has left; keep the interpreter from complaining about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as err:
        if isinstance(err, FileNotFoundError) and err.filename is None:
            # Only the question where we are names no file.
            _fail("this folder does not exist any more (go to one that does: cd ...)")
        _fail(f"{err.filename or 'system'}: {err.strerror or err}")
    except MemoryError:
        _fail("not enough memory: fewer --draws need less")
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str) -> NoReturn:
    """Say what is wrong, in one line, and leave."""
    print(f"error: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(EXIT_ERROR)


def _misused(err: Any) -> NoReturn:  # noqa: ANN401 (typer's own click is private)
    """Say which option or argument cannot be; without any, the help is the answer."""
    message = err.format_message().strip()
    if err.ctx is None or "\n" in message:
        err.show()
        sys.exit(EXIT_ERROR)
    _fail(f"{message.rstrip('.')} (see: {err.ctx.command_path} --help)")


def _terminated(signum: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 (a signal handler's signature)
    """Leave by an exception, so that half-written folders are removed."""
    sys.exit(EXIT_TERMINATED)
