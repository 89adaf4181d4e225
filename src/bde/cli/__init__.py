"""The command: arguments, printing and exit codes; no logic.

Exit codes: 0 holds, 1 findings, 2 usage or unreadable input, 3 internal fault, 4 vacuous (looked at nothing).
Modules that take a while to import are imported by the command that needs them, so that help is quick.
"""

import contextlib
import gc
import signal
import sys
import traceback
from pathlib import Path

import click

from bde.cli import asking, briefing, checking, publishing, releasing, serving, sites
from bde.cli.common import FAULT, UNREADABLE
from bde.errors import BdeError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of the graph. Without it: the nearest one at or above this folder, else the shipped one.",
)
@click.version_option(package_name="bde")
@click.pass_context
def bde(context: click.Context, root: Path | None) -> None:
    """Ask, check and publish the open knowledge graph of bilateral defense engagement.

    \b
    Start here:
      bde brief VNM RUS                       a briefing about two countries
      bde questions                           what can be asked
      bde ask visits-of-a-pair --set a=VNM --set b=CUB
      bde evidence engagement:rus-vnm-2019-08-visit
      bde check                               is the graph sound?

    Exit codes: 0 holds, 1 findings, 2 usage or unreadable input, 3 internal fault, 4 nothing was looked at.
    """
    context.obj = root


for commands in (
    *(checking.COMMANDS, asking.COMMANDS, briefing.COMMANDS, releasing.COMMANDS),
    *(serving.COMMANDS, sites.COMMANDS, publishing.COMMANDS),
):
    for command in commands:
        bde.add_command(command)


def run(arguments: list[str] | None = None) -> int:
    """Run the command with these arguments (default: those of the process); returns its exit code."""
    try:
        result = bde.main(arguments, prog_name="bde", standalone_mode=False)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return UNREADABLE
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BdeError as wrong:
        click.echo(f"bde: {wrong}", err=True)
        return UNREADABLE
    except Exception:
        traceback.print_exc()
        click.echo("bde: internal fault; please report the lines above.", err=True)
        return FAULT
    return result if isinstance(result, int) else 0


def main() -> None:
    """The entry point of the command."""
    # A command makes many objects and keeps them to its end: looking for circles among them ever again takes
    # a twentieth of its time.
    gc.set_threshold(200_000)
    with contextlib.suppress(AttributeError):  # where the platform has no such signal
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a reader who has seen enough ends us quietly
    sys.exit(run())
