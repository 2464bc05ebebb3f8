"""`axtui urd-server`: one urd for many users and machines."""

from __future__ import annotations

import signal
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import click

from axtui.addresses import host_and_port, is_loopback, url_of
from axtui.cli.face import Face
from axtui.config import user_name
from axtui.errors import NoWorkspaceError, UserError

if TYPE_CHECKING:
    from axtui.serve.urdtokens import UrdTokens

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("urd-server", short_help="Share an urd with others over the network.")
@click.option("--path", "folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path),
              help="The folder of the urd; default: that of the workspace.")  # fmt: skip
@click.option("--listen", default="127.0.0.1:8731", show_default=True, metavar="HOST:PORT",
              help="Where to listen; port 0: wherever is free.")  # fmt: skip
@click.option("--cert", metavar="FILE", type=_FILE, help="The certificate for TLS (PEM).")
@click.option("--key", metavar="FILE", type=_FILE, help="Its key, if it is not in the same file.")
@click.option("--user", metavar="NAME",
              help="Print the token of this user, made now if there is none, and end.")  # fmt: skip
@click.option("--quiet", is_flag=True, help="Do not tell where it listens, and to whom.")
@click.option("--allow-passwordless", is_flag=True,
              help="Taken and ignored: everybody has a token of their own.")  # fmt: skip
@click.pass_obj
def command(
    face: Face, folder: Path | None, listen: str, cert: Path | None, key: Path | None, user: str,
    quiet: bool, allow_passwordless: bool,
) -> None:  # fmt: skip
    """Serve an urd until Ctrl-C, to all who have a token: everybody reads all lists, and writes their
    own. The tokens are in the file `.tokens` of the folder, a line `USER TOKEN` for each.

    Beyond this machine it is served by TLS only, with --cert. Workspaces name it with
    `urd = "https://HOST:PORT"` in axtui.toml, their users have the token in AXTUI_URD_TOKEN or in
    ~/.config/axtui/urd-token. A certificate that no authority signed is named in AXTUI_URD_CA.

    \b
    Examples:
      axtui urd-server                        the urd of this workspace, on this machine
      axtui urd-server --user ann             the token for ann
      axtui urd-server --path /srv/urd --listen 0.0.0.0:8731 --cert urd.pem
    """
    from axtui.serve.urdtokens import UrdTokens

    place = (folder or _of_workspace(face)).absolute()
    tokens = UrdTokens(place / ".tokens")
    if user is not None:
        click.echo(tokens.of(user))
        return
    address = _address(listen)
    tls = _tls(cert, key)
    if tls is None and not is_loopback(address[0]):
        raise UserError(
            f"on {address[0]} others can reach it, and listen to what is said: give it a certificate "
            "(--cert FILE), or listen on 127.0.0.1"
        )
    raise click.exceptions.Exit(128 + _serve(place, tokens, address, tls, quiet))


def _serve(
    place: Path,
    tokens: UrdTokens,
    address: tuple[str, int],
    tls: ssl.SSLContext | None,
    quiet: bool,
) -> int:
    """Serve until a signal; which one."""
    from axtui.build.urdlog import UrdLog
    from axtui.serve.urdserver import listening

    tokens.of(user_name())
    log = UrdLog(place, user_name())
    ends = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # also in the threads that begin now
    for problem in log.problems:
        click.echo(f"axtui: warning: {problem}", err=True)
    try:
        with listening(log, tokens, address, tls) as server:
            if not quiet:
                url = url_of(address[0], server.port, tls=tls is not None)
                _tell(place, url, tokens)
            return int(signal.sigwait(ends))
    except OSError as error:
        text = f"cannot listen on {address[0]}, port {address[1]}: {error.strerror or error}"
        raise UserError(text) from None


def _tell(place: Path, url: str, tokens: UrdTokens) -> None:
    click.echo(f"The urd in {place} is served at")
    click.secho(f"  {url}", bold=True)
    click.echo(f"to {', '.join(tokens.users)}, by the tokens in {tokens.path}.")
    click.echo("`axtui urd-server --user NAME` gives others theirs. Ctrl-C ends it.")


def _of_workspace(face: Face) -> Path:
    try:
        config = face.workspace().config
    except NoWorkspaceError as error:
        raise UserError(f"name the folder of the urd with --path: {error}") from None
    if config.urd_server:
        raise UserError(f"the urd of this workspace is at {config.urd_server}; give --path DIR")
    return config.urd


def _address(listen: str) -> tuple[str, int]:
    try:
        return host_and_port(listen)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'--listen'") from None


def _tls(cert: Path | None, key: Path | None) -> ssl.SSLContext | None:
    if cert is None:
        if key is not None:
            raise click.UsageError("--key is of a certificate; give --cert, too")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(cert, key)
    except OSError as error:
        raise UserError(f"the certificate in {cert} cannot be used: {error}") from None
    return context
