from datetime import timedelta
from pathlib import Path

import pytest

from dailyten.config import HERE, read_settings
from dailyten.deliver.settings import Security
from dailyten.errors import BadSetting


def written(folder: Path, toml: str) -> Path:
    path = folder / "dailyten.toml"
    path.write_text(toml, "utf-8")
    return path


def test_without_a_file_everything_has_a_sensible_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    settings = read_settings(None, {})

    assert settings.digest.budget.minutes == 15
    assert settings.site.base_url == HERE
    assert settings.sender is None
    assert settings.database_url == f"sqlite:///{tmp_path}/var/dailyten.sqlite"


def test_a_file_sets_what_it_names_and_paths_start_in_its_folder(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        [digest]
        name = "Shop News"
        too_late_after = "90 minutes"
        [digest.budget]
        minutes = 10
        [digest.wanted]
        networks = ["instagram"]
        [smtp]
        security = "starttls"
        [http]
        allowed = ["127.0.0.0/8"]
        """,
    )

    settings = read_settings(path, {})

    assert settings.digest.too_late_after == timedelta(minutes=90)
    assert settings.digest.budget.minutes == 10
    assert settings.digest.wanted.networks == {"instagram"}
    assert settings.site.name == "Shop News"
    assert settings.smtp.security is Security.STARTTLS
    assert settings.place(settings.paths.site) == tmp_path / "site"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, '[smtp]\nport = 25\npassword = "old"')

    settings = read_settings(path, {"DAILYTEN_SMTP__PORT": "2525", "DAILYTEN_SMTP__PASSWORD": "new", "HOME": "/"})

    assert (settings.smtp.port, settings.smtp.password) == (2525, "new")


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        pytest.param('[digest]\nzon = "UTC"', "digest: no such key: zon; there are name, zone", id="unknown key"),
        pytest.param("[pol]", "no such key: pol; there are site, digest", id="unknown section"),
        pytest.param('[digest]\nzone = "Mars/Base"', "a name of the tz database", id="unknown zone"),
        pytest.param('[digest.budget]\nminutes = "many"', "digest.budget.minutes: expected a whole number", id="kind"),
        pytest.param("[digest.budget]\nminutes = 7.5", "expected a whole number, came 7.5", id="no rounding"),
        pytest.param('[smtp]\nverify = "no"', "smtp.verify: expected true or false, came 'no'", id="flag"),
        pytest.param('[poll]\ninterval = "soon"', "poll.interval: expected a span such as", id="span"),
        pytest.param('[poll]\ninterval = "1 m"', "shortest <= interval", id="a value that cannot be"),
        pytest.param('[smtp]\nsecurity = "ssl"', "expected one of none, starttls, tls, came 'ssl'", id="choice"),
        pytest.param('[sender]\nname = "Shop"', "sender.address: the key address is missing", id="missing key"),
        pytest.param('[sender]\nname = "S"\naddress = "shop"', "Expected: name@example.com", id="address"),
        pytest.param('[http]\nallowed = ["10.0.0.0/99"]', "http.allowed[0]", id="place in a list"),
        pytest.param('[digest.wanted]\ntopic = ["tools"]', "digest.wanted: no such key: topic", id="unknown wish"),
        pytest.param('[bounces.providers]\nses_topic = "mine"', "arn:aws:sns:REGION", id="no topic"),
        pytest.param('[bounces.providers]\npostmark_secret = "short"', "24 characters", id="a short secret"),
        pytest.param('[bounces.providers]\nsendgrid_key = "é"', "as SendGrid shows it", id="no key"),
        pytest.param("[digest", "is not TOML", id="not TOML"),
        pytest.param('folder = "/"', "folder is no setting", id="what is not to be set"),
    ],
)
def test_a_bad_setting_names_the_key_what_was_expected_and_where(tmp_path: Path, toml: str, words: str) -> None:
    path = written(tmp_path, toml)

    with pytest.raises(BadSetting) as refused:
        read_settings(path, {})

    assert words in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="cannot be read"):
        read_settings(tmp_path / "none.toml", {})


@pytest.mark.parametrize("name", ["DAILYTEN_SMTP__PROT", "DAILYTEN_STMP__PORT"])
def test_a_misspelt_variable_is_not_ignored(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadSetting, match="no such key"):
        read_settings(written(tmp_path, ""), {name: "1"})


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DAILYTEN_SMTP_PASSWORD", "DAILYTEN_SMTP__PASSWORD, with two"),
        ("DAILYTEN_SMTP_PORT", "DAILYTEN_SMTP__PORT, with two"),
        ("DAILYTEN_SMTP_FALLBACK_HOST", "DAILYTEN_SMTP_FALLBACK__HOST, with two"),
        ("DAILYTEN_CONFIG", "DAILYTEN_SECTION__KEY"),
    ],
)
def test_a_variable_without_two_underscores_is_told_and_not_ignored(tmp_path: Path, name: str, meant: str) -> None:
    with pytest.raises(BadSetting, match=f"no setting.*{meant}.*Came: {name}"):
        read_settings(written(tmp_path, ""), {name: "1"})


def test_what_kubernetes_puts_into_the_environment_is_no_setting_of_ours(tmp_path: Path) -> None:
    theirs = {
        "DAILYTEN_SERVICE_HOST": "10.0.0.7",
        "DAILYTEN_SERVICE_PORT": "8080",
        "DAILYTEN_SERVICE_PORT_HTTP": "8080",
        "DAILYTEN_PORT": "tcp://10.0.0.7:8080",
        "DAILYTEN_WEB_PORT_8080_TCP": "tcp://10.0.0.7:8080",
        "DAILYTEN_WEB_PORT_8080_TCP_PROTO": "tcp",
    }

    assert read_settings(written(tmp_path, ""), theirs) == read_settings(written(tmp_path, ""), {})


@pytest.mark.parametrize(
    ("first", "second"), [("DIGEST__BUDGET", "DIGEST__BUDGET__MINUTES"), ("DIGEST__BUDGET__MINUTES", "DIGEST__BUDGET")]
)
def test_a_name_in_the_environment_cannot_be_a_key_and_a_section(tmp_path: Path, first: str, second: str) -> None:
    with pytest.raises(BadSetting, match="DAILYTEN_DIGEST__BUDGET"):
        read_settings(written(tmp_path, ""), {f"DAILYTEN_{first}": "3", f"DAILYTEN_{second}": "4"})
