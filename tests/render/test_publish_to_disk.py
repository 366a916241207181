import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dailyten.errors import PublishError
from dailyten.render.disk import LOCK, MARKER, STAGING, Published, publish, turn
from dailyten.render.press import Page

ALWAYS = {MARKER, LOCK}


def pages(**bodies: str) -> list[Page]:
    return [Page(path=name.replace("__", "/") + ".html", body=body.encode()) for name, body in bodies.items()]


def files(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in found if path.name not in {MARKER, LOCK}}


def test_pages_appear_under_their_paths(tmp_path: Path) -> None:
    done = publish(pages(index="home", editions__today="news"), tmp_path / "new" / "site")

    assert files(tmp_path / "new" / "site") == {"index.html": "home", "editions/today.html": "news"}
    assert done == Published(new=2, changed=0, removed=0, unchanged=0)


def test_an_unchanged_page_is_not_written_again(tmp_path: Path) -> None:
    publish(pages(index="home", about="us"), tmp_path)
    before = (tmp_path / "about.html").stat()

    done = publish(pages(index="other", about="us"), tmp_path)

    after = (tmp_path / "about.html").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert done == Published(new=0, changed=1, removed=0, unchanged=1)


def test_a_page_that_was_altered_by_hand_is_mended(tmp_path: Path) -> None:
    publish(pages(index="home"), tmp_path)
    (tmp_path / "index.html").write_text("h0me")

    assert publish(pages(index="home"), tmp_path).changed == 1
    assert files(tmp_path) == {"index.html": "home"}


def test_pages_that_are_gone_leave_with_their_folders(tmp_path: Path) -> None:
    publish(pages(index="home", topics__old__index="old"), tmp_path)

    done = publish(pages(index="home"), tmp_path)

    assert done.removed == 1
    assert {path.name for path in tmp_path.iterdir()} == {"index.html"} | ALWAYS


def test_pages_in_kept_folders_stay(tmp_path: Path) -> None:
    publish(pages(index="home", editions__old__index="old"), tmp_path)

    publish(pages(index="new"), tmp_path, keep={"editions/old/"})
    publish(pages(index="newer"), tmp_path, keep={"editions/old/"})

    assert files(tmp_path) == {"index.html": "newer", "editions/old/index.html": "old"}


def test_what_an_editor_put_beside_the_pages_is_never_touched(tmp_path: Path) -> None:
    publish(pages(index="home"), tmp_path)
    (tmp_path / "CNAME").write_text("daily.example.org")

    publish(pages(about="us"), tmp_path)

    assert files(tmp_path) == {"about.html": "us", "CNAME": "daily.example.org"}


def test_a_folder_that_is_not_ours_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years")

    with pytest.raises(PublishError, match="not dailyten's"):
        publish(pages(index="home"), tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {"thesis.txt"}


def test_pages_can_be_read_by_a_web_server_of_another_user(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        publish(pages(index="home"), tmp_path)
    finally:
        os.umask(old)

    assert (tmp_path / "index.html").stat().st_mode & 0o044 == 0o044


def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file")

    with pytest.raises(PublishError, match="cannot be written") as caught:
        publish(pages(index="home"), tmp_path / "site")

    assert caught.value.where == str(tmp_path / "site")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder_is_said_in_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(PublishError, match="cannot be written"):
        publish(pages(index="home"), tmp_path)


def test_a_disk_that_fills_up_leaves_the_site_as_it_was(tmp_path: Path) -> None:
    """A limit on the size of files stands for the full disk: both fail in the middle of a write."""
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from dailyten.errors import PublishError\n"
        "from dailyten.render.disk import publish\n"
        "from dailyten.render.press import Page\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "try:\n"
        "    pages = [Page(path='index.html', body=b'new'), Page(path='big.html', body=b'x' * 90_000)]\n"
        "    publish(pages, Path(sys.argv[1]))\n"
        "except PublishError as error:\n"
        "    sys.exit(str(error))\n"
    )
    publish(pages(index="old", about="us"), tmp_path)

    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False)

    assert ended.stderr.startswith("The site cannot be written; what was published stays as it was.")
    assert "Traceback" not in ended.stderr
    published = {path: body for path, body in files(tmp_path).items() if not path.startswith(STAGING)}
    assert published == {"index.html": "old", "about.html": "us"}
    publish(pages(index="old"), tmp_path)
    assert files(tmp_path) == {"index.html": "old"}


def test_a_page_that_cannot_be_made_leaves_the_site_as_it_was(tmp_path: Path) -> None:
    publish(pages(index="old"), tmp_path)

    def breaking() -> Iterator[Page]:
        yield Page(path="index.html", body=b"new")
        raise RuntimeError("a template has a fault")

    with pytest.raises(RuntimeError):
        publish(breaking(), tmp_path)

    assert (tmp_path / "index.html").read_text() == "old"


@pytest.mark.parametrize("path", ["../index.html", "/etc/passwd", "a/../../b", MARKER, f"{STAGING}/x", ""])
def test_a_page_cannot_leave_the_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(PublishError, match="outside"):
        publish([Page(path=path, body=b"x")], tmp_path / "site")


def test_a_marker_that_names_files_elsewhere_removes_nothing_there(tmp_path: Path) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("mine")
    publish(pages(index="home"), tmp_path / "site")
    (tmp_path / "site" / MARKER).write_text('{"files": ["../victim.txt"]}')

    publish(pages(about="us"), tmp_path / "site")

    assert victim.read_text() == "mine"


def test_two_do_not_publish_to_one_folder_at_once(tmp_path: Path) -> None:
    with turn(tmp_path):
        with pytest.raises(PublishError, match="Another process"), turn(tmp_path, timedelta(0)):
            pass
        with pytest.raises(PublishError, match="Another process"), turn(tmp_path, timedelta(milliseconds=60)):
            pass

    assert publish(pages(index="home"), tmp_path).new == 1


def test_who_meets_another_publisher_waits_for_a_turn(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with turn(tmp_path):
            order.append("second")

    other = threading.Thread(target=second)
    with turn(tmp_path):
        other.start()
        order.append("first")
    other.join(10)

    assert order == ["first", "second"]


bodies = st.dictionaries(st.sampled_from(["index", "a", "b", "sub__c", "sub__d"]), st.text("xyz", max_size=3))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(steps=st.lists(bodies, min_size=1, max_size=4))
def test_after_any_row_of_publishings_the_folder_holds_the_last(
    tmp_path_factory: pytest.TempPathFactory, steps: list[dict[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("site")

    for step in steps:
        publish(pages(**step), folder)

    assert files(folder) == {name.replace("__", "/") + ".html": body for name, body in steps[-1].items()}


STEPS_OF_A_TURN = 280
PUBLISHER = (
    "import os, signal, sys\n"
    "from pathlib import Path\n"
    "from dailyten.render.disk import publish\n"
    "from dailyten.render.press import Page\n"
    "turn = int(sys.argv[2])\n"
    "left = int(sys.argv[3])\n"
    "def count(event, _):\n"
    "    global left\n"
    "    if event in ('open', 'os.mkdir', 'os.rename', 'os.remove', 'os.rmdir'):\n"
    "        left -= 1\n"
    "        if left < 0:\n"
    "            os.kill(os.getpid(), signal.SIGKILL)\n"
    "sys.addaudithook(count)\n"
    "while True:\n"
    "    turn += 1\n"
    "    body = f'{turn:06}|'.encode() * 2000\n"
    "    shared = [Page(path=f'p{n}.html', body=body) for n in range(40)]\n"
    "    own = [Page(path=f'own/{turn % 3}/{n}.html', body=body) for n in range(10)]\n"
    "    publish(own + shared, Path(sys.argv[1]))\n"
)


def test_a_reader_never_meets_half_a_page_or_a_dead_link_however_often_the_publisher_is_killed(tmp_path: Path) -> None:
    """Each shared page stands for one that links to the pages of its own turn; each touch of the disk is a moment."""
    for kill in range(8):
        moment = STEPS_OF_A_TURN + kill * 35
        command = [sys.executable, "-c", PUBLISHER, str(tmp_path), str(kill * 1000), str(moment)]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
        for page in [*tmp_path.glob("p*.html"), *tmp_path.glob("own/*/*.html")]:
            body = page.read_text()
            assert body == body[:7] * 2000, page
            assert page.parent != tmp_path or (tmp_path / f"own/{int(body[:6]) % 3}/9.html").exists(), page

    publish(pages(index="whole"), tmp_path)

    assert files(tmp_path) == {"index.html": "whole"}
    assert {path.name for path in tmp_path.iterdir()} == {"index.html"} | ALWAYS
