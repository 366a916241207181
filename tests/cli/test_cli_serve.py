import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from tests.cli.shop import Shop

Ask = Callable[..., tuple[int, str, str]]

SECONDS = 60


@contextmanager
def started(shop: Shop, *tokens: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        shop.command(*tokens), cwd=shop.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=SECONDS)


def wait_for(there: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not there():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)


def early(shop: Shop) -> None:
    shop.set("")
    path = shop.folder / "dailyten.toml"
    path.write_text(path.read_text("utf-8").replace("[http]", "hour = 0\n[http]"), "utf-8")


def test_the_site_is_served_on_any_free_port(published: Shop) -> None:
    with started(published, "site", "serve", "--port", "0") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        [address] = re.findall(r"http://127\.0\.0\.1:\d+/", line)
        page = httpx2.get(address).content
        process.send_signal(signal.SIGINT)

        assert process.wait(SECONDS) == 0
    assert b"Shop News" in page


def test_without_a_site_there_is_nothing_to_serve(tmp_path: Path, ask: Ask) -> None:
    code, _, complaint = ask(tmp_path, "site", "serve")

    assert code == 2
    assert "dailyten today" in complaint


def test_a_port_that_cannot_be_had_is_named(published: Shop, ask: Ask) -> None:
    code, _, complaint = ask(published.folder, "site", "serve", "--port", "70000")

    assert code == 1
    assert "127.0.0.1:70000" in complaint


def test_serving_once_makes_the_morning_that_is_due(shop: Shop) -> None:
    early(shop)

    done = shop.run("serve", "--once")

    assert done.returncode == 0
    assert (shop.folder / "site" / "index.html").is_file()


def test_a_digest_is_served_once_at_a_time_stops_when_told_and_goes_on_after_a_kill(shop: Shop) -> None:
    early(shop)
    with started(shop, "serve", "--beat-seconds", "0.2") as killed:
        wait_for(lambda: any(shop.server.requests))
        second = shop.run("serve", "--once")
        killed.kill()
        killed.wait(SECONDS)
    with started(shop, "serve", "--beat-seconds", "0.2") as process:
        wait_for(lambda: (shop.folder / "var" / "serve.lock").read_text("ascii") == str(process.pid))
        process.terminate()
        stopped = process.wait(SECONDS)
    listed = shop.run("edition", "list")

    assert second.returncode == 1
    assert f"process {killed.pid}" in second.stderr
    assert stopped == 0
    assert len(listed.stdout.splitlines()) == 1


def test_readers_are_answered_beside_the_beats_and_a_farewell_of_the_program_waits_for_them(shop: Shop) -> None:
    shop.set('[sender]\nname = "Shop"\naddress = "shop@shop.example"\n[web]\nport = 0\n')
    with started(shop, "serve", "--beat-seconds", "0.2") as process:
        assert process.stdout is not None
        [address] = re.findall(r"\((http://127\.0\.0\.1:\d+)\)", process.stdout.readline())
        page, health = httpx2.get(f"{address}/subscribe"), httpx2.get(f"{address}/healthz")
        process.terminate()
        stopped = process.wait(SECONDS)

    assert (page.status_code, health.status_code, stopped) == (200, 200, 0)
    assert "Get Shop News by mail" in page.text


def test_a_web_service_whose_port_is_taken_says_so(shop: Shop) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        shop.set(f'[sender]\nname = "Shop"\naddress = "shop@shop.example"\n[web]\nport = {port}\n')
        done = shop.run("serve")

    assert done.returncode == 1
    assert str(port) in done.stderr


def test_beats_that_never_come_are_refused(shop: Shop, ask: Ask) -> None:
    assert ask(shop.folder, "serve", "--beat-seconds", "0")[0] == 2
