"""Where a configuration says that the urd is, who its user is, and where the token comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from axtui import acceleratorconf
from axtui.addresses import host_and_port, is_loopback, server_url, url_of
from axtui.config import load, user_name
from axtui.errors import ConfigError, UrdPermissionError
from axtui.urdtoken import find_token


def toml(folder: Path, text: str) -> Path:
    path = folder / "axtui.toml"
    path.write_text(text)
    return path


def test_the_urd_of_a_workspace_may_be_an_address(tmp_path: Path) -> None:
    found = load(toml(tmp_path, '\nurd = "https://urd.example.org:8731/"'))
    assert found.urd_server == "https://urd.example.org:8731" and found.urd == tmp_path / "urd"
    assert load(toml(tmp_path, 'urd = "http://[::1]:1"')).urd_server == "http://[::1]:1"
    assert load(toml(tmp_path, 'urd = "log"')).urd_server == ""


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://host", "looks like https://HOST:PORT"),
        ("https://host:x", "looks like"),
        ("https://host:1/path", "looks like"),
        ("https://ann:secret@host:1", "looks like"),
        ("http://host:1", "use https for host"),
    ],
)
def test_addresses_that_are_wrong_are_told_with_their_line(
    tmp_path: Path, address: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=f"line 2: `urd`: .*{said}"):
        load(toml(tmp_path, f'\nurd = "{address}"'))


CONF = "slices: 2\nworkdirs: dev w\nmethod packages: accelerator.standard_methods\n"


@pytest.mark.parametrize(
    ("line", "server"),
    [
        ("", ""),
        ("urd: local", ""),
        ("urd: local localhost:8731", ""),
        ("urd: remote .socket/urd", ""),
        ("urd: remote urd.example.org:8731", "https://urd.example.org:8731"),
        ("urd: urd.example.org:8731", "https://urd.example.org:8731"),
        ("urd: remote :8731", "http://localhost:8731"),
        ("urd: remote [::1]:8731", "http://[::1]:8731"),
    ],
)
def test_the_urd_of_an_accelerator_project(tmp_path: Path, line: str, server: str) -> None:
    path = tmp_path / "accelerator.conf"
    none = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    for token, expected in (("t", server), ("", "")):
        found = acceleratorconf.read(path, CONF + line, none | {"AXTUI_URD_TOKEN": token})
        assert found.urd_server == expected
        assert any("urd" in note for note in found.notes) == (bool(line) and not expected)


def test_the_token_is_in_the_environment_or_in_a_file_of_ones_own(tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert find_token(environ) == ""
    place = tmp_path / "axtui" / "urd-token"
    place.parent.mkdir()
    place.write_text("secret\n")
    place.chmod(0o600)
    assert find_token(environ) == "secret"
    assert find_token(environ | {"AXTUI_URD_TOKEN": " other\n"}) == "other"
    place.chmod(0o644)
    with pytest.raises(UrdPermissionError, match=f"chmod 600 {place}"):
        find_token(environ)
    assert find_token(environ | {"AXTUI_URD_TOKEN_FILE": str(tmp_path / "none")}) == ""


def test_urd_auth_names_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ann")
    for given, user in (("bob:secret", "bob"), ("bob:", "bob"), ("bob", "ann"), (":x", "ann")):
        monkeypatch.setenv("URD_AUTH", given)
        assert user_name() == user


@pytest.mark.parametrize(
    ("text", "found"),
    [("h:1", ("h", 1)), (":0", ("127.0.0.1", 0)), ("[::]:65535", ("::", 65535))],
)
def test_host_and_port(text: str, found: tuple[str, int]) -> None:
    assert host_and_port(text) == found
    assert server_url(url_of(*found, tls=True)) == url_of(*found, tls=True)


@pytest.mark.parametrize("text", ["8731", "h:", "h:x", "h:65536", "::1:80", "h:-1", "h:٣"])
def test_what_is_no_host_and_port(text: str) -> None:
    with pytest.raises(ValueError, match=r"HOST:PORT|brackets"):
        host_and_port(text)


def test_loopback() -> None:
    assert is_loopback("localhost") and not is_loopback("localhost.example.org")
