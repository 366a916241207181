"""From settings to concrete parts. The only file that names an edge.

Each part is imported where it is made: a poll loads no mailing, an edition no HTTP. A third of a second of every
command was the import of what it did not use (November 2026).
"""

import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from random import Random
from types import ModuleType
from typing import TYPE_CHECKING

from dailyten.config import FILE, HERE, Settings, read_settings
from dailyten.deliver.sender import SenderSettings, is_public
from dailyten.errors import BadFeedList, BadInput, BadRules, BadSetting, CannotGoOn, ModelError, NotFound
from dailyten.feedlist.disk import IncludedLists, read_list_file, write_list_file
from dailyten.model.feed import Feed
from dailyten.model.instant import utc_now
from dailyten.pipeline.polling import Poller, Read
from dailyten.poll.engine import Fetch
from dailyten.poll.settings import HttpSettings
from dailyten.store.store import Store, open_store

if TYPE_CHECKING:
    from dailyten.classify.classifier import Classifier
    from dailyten.classify.disk import ModelShelf
    from dailyten.classify.pack import Pack
    from dailyten.deliver.dkim import DkimKey
    from dailyten.deliver.message import Outgoing
    from dailyten.deliver.sending import MailLine
    from dailyten.deliver.settings import SmtpSettings
    from dailyten.deliver.smtp import SmtpLine
    from dailyten.deliver.standing import Look
    from dailyten.feedlist.read import FeedList, Include
    from dailyten.founding.folder import File
    from dailyten.model.bounce import Bounce, BounceDoor
    from dailyten.model.edition import Edition
    from dailyten.pipeline.bouncing import Bouncer
    from dailyten.pipeline.learning import School
    from dailyten.pipeline.links import Links
    from dailyten.pipeline.list_file import ListFile
    from dailyten.pipeline.making import Maker
    from dailyten.pipeline.publishing import Press
    from dailyten.pipeline.pushing import HubLine, Post
    from dailyten.pipeline.sending import MailRoom
    from dailyten.pipeline.settings import DigestSettings
    from dailyten.pipeline.ticking import Day
    from dailyten.pipeline.wishing import Choices
    from dailyten.rank.rules import Rulebook
    from dailyten.render.names import Names
    from dailyten.render.settings import SiteSettings
    from dailyten.render.web_pages import WebPages
    from dailyten.text.vectors import Rarity

SECRET_BYTES = 32
NOBODY = "nobody@dailyten.invalid"
"""Sends and gets the mails that are only to be looked at; a name under `.invalid` never resolves (RFC 2606 §2)."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one digest, made when they are asked for. `clock` is the machine's, or a demo's."""

    settings: Settings
    clock: Callable[[], datetime] = utc_now

    def store(self) -> Store:
        """Open the database; the data folder is made if it is missing."""
        _make_folder(self.settings.place(self.settings.paths.data))
        return open_store(self.settings.database_url)

    def pack(self, named: str = "") -> "Pack":
        """Read an industry pack, or the one of the settings: one of ours by its key, else a folder beside them."""
        from dailyten.classify.pack import load_pack

        named = named or self.settings.digest.pack
        ours = Path(str(files("dailyten.packs")))
        here = ours / named if (ours / named / "pack.toml").exists() else self.settings.folder / named
        return load_pack(here, ours)

    def classifier(self, pack: "Pack") -> "Classifier":
        """Load the model in use: the one learnt from people, if it fits the pack as it is now, else the pack's.

        A pack that extends another has no model of its own before the first learning, and goes by that of its base.
        """
        from dailyten.classify.classifier import Classifier
        from dailyten.classify.history import PACK
        from dailyten.classify.model import from_json

        shelf = self.shelf()
        notes = shelf.history()
        version = notes.champion(stamp_of(pack)) if notes.decided else PACK
        if version != PACK:
            try:
                return Classifier(shelf.model(version), pack)
            except NotFound as error:
                words = "The model in use is missing; `dailyten topics roll-back` goes to the one before."
                raise ModelError(words, came=version, where=str(shelf.folder)) from error
        if pack.base is not None and not pack.model_file.exists():
            pack = pack.base
        try:
            body = pack.model_file.read_bytes()
        except OSError as error:
            where = str(pack.model_file)
            raise ModelError(
                "The pack has no trained model; `dailyten topics train` makes one.", where=where
            ) from error
        return Classifier(from_json(body), pack)

    def classifier_of(self, pack: "Pack", model: str) -> "Classifier":
        """Load another model for a pack: a file, or a learnt version. Raises BadInput, and ModelError for a misfit."""
        from dailyten.classify.classifier import Classifier
        from dailyten.classify.model import from_json

        file = Path(model)
        if file.is_file():
            return Classifier(from_json(file.read_bytes()), pack)
        try:
            return Classifier(self.shelf().model(model), pack)
        except NotFound as error:
            wanted = "a version of `dailyten topics history`, or a file"
            raise BadInput("There is no such classifier.", expected=wanted, came=model) from error

    def with_digest(self, digest: "DigestSettings", pack: str | None) -> "Parts":
        """Give parts by which another digest of the same readers' mornings is made, perhaps by another pack."""
        digest = replace(digest, zone=self.settings.digest.zone, pack=pack or digest.pack)
        return replace(self, settings=replace(self.settings, digest=digest))

    def shelf(self) -> "ModelShelf":
        """Give the folder of the models that were learnt from people."""
        from dailyten.classify.disk import ModelShelf

        return ModelShelf(self.settings.place(self.settings.paths.data) / "models")

    def school(self, pack: "Pack") -> "School":
        """Make what learns from people. Raises BadInput without scikit-learn."""
        from dailyten.pipeline.learning import School

        return School(pack=pack, stamp=stamp_of(pack), shelf=self.shelf(), learn=trainer().learn)

    @property
    def list_path(self) -> Path:
        """Say where the feed list is."""
        return self.settings.place(self.settings.paths.feeds)

    def feed_list(self) -> "FeedList":
        """Read the feed list, refused whole if it has a fault."""
        return self.read_list(self.list_bytes(), self.list_path)

    def read_list(self, body: bytes, path: Path) -> "FeedList":
        """Read a list that stands at a path, with the lists that it includes. Raises BadFeedList."""
        from dailyten.feedlist.read import read

        return read(body, name=str(path), include=self.include(path))

    def include(self, path: Path) -> "Include":
        """Give what fetches the lists that a list at this path includes."""
        from dailyten.pipeline.including import Includes

        shelf = IncludedLists(self.settings.place(self.settings.paths.data) / "included")
        return Includes(read_file=read_list_file, poller=self.poller, shelf=shelf, clock=self.clock).beside(path)

    def list_bytes(self, path: Path | None = None) -> bytes:
        """Read the bytes of the feed list, or of another one."""
        return read_list_file(path or self.list_path)

    def put_list(self, body: bytes) -> None:
        """Write the feed list anew, if it reads without a fault."""
        self.read_list(body, self.list_path)
        write_list_file(self.list_path, body)

    def list_file(self) -> "ListFile":
        """Give the feed list as something that is read and written."""
        from dailyten.pipeline.list_file import ListFile

        return ListFile(name=str(self.list_path), read=self.list_bytes, write=self.put_list, take=self._take)

    def _take(self, body: bytes) -> "FeedList":
        return self.read_list(body, self.list_path)

    def poller(self) -> Poller:
        """Make what polls: HTTP on one side, reading processes on the other."""
        return Poller(
            fetching=partial(_fetching, self.settings.http, self.clock),
            reading=_reading,
            clock=self.clock,
            rng=Random(),  # noqa: S311 - spreads polls in time, keeps no secret
            policy=self.settings.poll,
            back_issues=self.settings.digest.back_issues,
            hears_hubs=bool(self._callbacks()),
        )

    def _callbacks(self) -> str:
        web = self.settings.web
        return web.callbacks if web is not None and self.settings.poll.websub else ""

    def hubs(self) -> "HubLine | None":
        """Make what subscribes at hubs; None where no hub can reach us, or nobody wants it."""
        if not (callbacks := self._callbacks()):
            return None
        from dailyten.pipeline.pushing import HubLine

        return HubLine(
            callbacks=callbacks,
            posting=partial(_posting, self.settings.http, self.clock),
            random_name=partial(secrets.token_urlsafe, SECRET_BYTES),
            clock=self.clock,
        )

    def maker(self, pack: "Pack", rules: "Rulebook | None" = None) -> "Maker":
        """Make what makes editions, by these rules or those of the settings. Raises BadRules and BadSetting."""
        from dailyten.pipeline.making import Maker

        networks = [network.key for network in pack.networks]
        if unknown := self.settings.digest.wanted.unknown(pack.topic_keys, networks):
            keys = f"topics {', '.join(pack.topic_keys)}; networks {', '.join(networks)}"
            what = "digest.wanted names what this pack does not have."
            raise BadSetting(what, expected=keys, came=", ".join(unknown), where=FILE)
        return Maker(
            settings=self.settings.digest,
            classifier=self.classifier(pack),
            background=self.background(pack),
            rules=self.rules(pack) if rules is None else rules,
        )

    def background(self, pack: "Pack") -> "Rarity | None":
        """Read how common words are in the pack's trade, or in that of the pack it extends; None where neither says."""
        from dailyten.cluster.background import read_background

        for each in (pack, pack.base):
            if each is not None and (body := _bytes_of(each.background_file)):
                return read_background(body, where=str(each.background_file))
        return None

    @property
    def rules_path(self) -> Path:
        """Say where the editors' rules are."""
        return self.settings.place(self.settings.paths.rules)

    def rules_bytes(self, path: Path | None = None) -> bytes:
        """Read the bytes of the rules, or of another file; that of the settings may be missing. Raises BadRules."""
        try:
            return (path or self.rules_path).read_bytes()
        except OSError as error:
            if path is None and isinstance(error, FileNotFoundError):
                return b""
            where = str(path or self.rules_path)
            raise BadRules("The file of rules cannot be read.", came=str(error.strerror), where=where) from error

    def rules(self, pack: "Pack", path: Path | None = None) -> "Rulebook":
        """Read the editors' rules, refused whole if one has a fault. Raises BadRules."""
        return self.read_rules(self.rules_bytes(path), pack, path)

    def read_rules(self, body: bytes, pack: "Pack", path: Path | None = None) -> "Rulebook":
        """Read rules against the topics and networks of a pack. Raises BadRules."""
        from dailyten.rank.rules import NO_RULES

        if not body:
            return NO_RULES
        from dailyten.rank.rulefile import Known, read_rules

        known = Known(topics=pack.topic_keys, networks=tuple(network.key for network in pack.networks))
        return read_rules(body, known, name=str(path or self.rules_path))

    def press(self, pack: "Pack") -> "Press":
        """Make what prints the site and puts it into its folder."""
        from dailyten.pipeline.publishing import Press
        from dailyten.pipeline.pushing import tell_hub
        from dailyten.render.disk import published_body, published_paths, turn

        folder = self.settings.place(self.settings.paths.site)
        return Press(
            settings=self._site(),
            names=names_of(pack),
            zone=self.settings.digest.zone,
            turn=partial(turn, folder),
            there=partial(published_paths, folder),
            body=partial(published_body, folder),
            tell_hub=partial(tell_hub, partial(_posting, self.settings.http, self.clock)),
        )

    def mail_room(self, pack: "Pack") -> "MailRoom":
        """Make what writes messages; where nobody is named as the sender, they are from nobody and only to look at."""
        from dailyten.deliver.pace import Pace
        from dailyten.pipeline.gating import Gate
        from dailyten.pipeline.queueing import Post
        from dailyten.pipeline.sending import MailRoom

        sender = self.settings.sender or SenderSettings(name=self.settings.digest.name, address=NOBODY)
        site = replace(self._site(), address=sender.postal_address or self.settings.site.address)
        links = self.links()
        public = links if links is not None and is_public(links.base) else None
        if public is not None:
            sender = replace(sender, base_url=public.base)
        post = Post(
            settings=self.settings.digest,
            goals={goal.key: goal.topics for goal in pack.goals},
            mail_domain=sender.own_domain,
        )
        dkim, limits = self.dkim_keys(), self.settings.sending
        return MailRoom(
            sender=sender,
            site=site,
            names=names_of(pack),
            keys=self.keys(),
            links=public,
            post=post,
            dkim=dkim,
            gate=Gate(sender=sender, dkim=dkim, through=_through_a_sink),
            bouncer=self.bouncer(),
            limits=limits,
            pace=Pace(limits.pace),
        )

    def bouncer(self) -> "Bouncer":
        """Make what takes in what comes back by mail."""
        from dailyten.pipeline.bouncing import Bouncer

        rule, zone = self.settings.bounces.rule, self.settings.digest.zone
        return Bouncer(keys=self.keys(), rule=rule, zone=zone, clock=self.clock)

    def take_returned(self, store: Store) -> "list[Bounce]":
        """Empty the mailboxes of the settings; what was taken is kept. Raises CannotGoOn, BadInput for no Maildir."""
        from dailyten.deliver.imap import take_from_imap
        from dailyten.deliver.maildir import take_from_maildir
        from dailyten.model.bounce import BounceDoor

        settings, taken = self.settings.bounces, list["Bounce"]()
        if settings.maildir is not None:
            take_from_maildir(self.settings.place(settings.maildir), self._taking(store, BounceDoor.MAILDIR, taken))
        if settings.host:
            take_from_imap(settings, self._taking(store, BounceDoor.IMAP, taken))
        return taken

    def take_returned_from(self, store: Store, path: Path) -> "list[Bounce]":
        """Take in a mail in a file, or a Maildir; a file stays as it is. Raises BadInput, CannotGoOn."""
        from dailyten.deliver.maildir import take_from_maildir
        from dailyten.model.bounce import BounceDoor

        taken = list["Bounce"]()
        if path.is_dir():
            take_from_maildir(path, self._taking(store, BounceDoor.MAILDIR, taken))
            return taken
        try:
            content = path.read_bytes()
        except OSError as error:
            raise BadInput("The mail cannot be read.", came=str(error.strerror), where=str(path)) from error
        self._taking(store, BounceDoor.FILE, taken)(content)
        return taken

    def _taking(self, store: Store, door: "BounceDoor", taken: "list[Bounce]") -> Callable[[bytes], bool]:
        from dailyten.model.bounce import BounceKind

        bouncer = self.bouncer()

        def take(content: bytes) -> bool:
            bounce = bouncer.take(store, content, door)
            if bounce is not None:
                taken.append(bounce)
            return bounce is None or bounce.kind is not BounceKind.UNREAD

        return take

    def dkim_keys(self) -> "tuple[DkimKey, ...]":
        """Read the keys that sign, as far as the settings name files. Raises BadSetting."""
        from dailyten.deliver.dkim import DkimKey

        settings, sender = self.settings.dkim, self.settings.sender
        domain = settings.domain or (sender.address.rpartition("@")[2] if sender else "")
        named = ((settings.rsa, settings.rsa_selector), (settings.ed25519, settings.ed25519_selector))
        return tuple(
            DkimKey.read(domain, selector, _key_file(self.settings.place(path)))
            for path, selector in named
            if path is not None and domain
        )

    def standing(self) -> "Iterator[Look]":
        """Look up how the sending domain stands in the DNS; nothing is asked of a name that is for examples."""
        from dailyten.deliver.dns import look_up
        from dailyten.deliver.standing import Look, SendingDomain, is_for_examples, look_over

        sender = self.settings.sender
        if sender is None:
            return
        domain = sender.address.rpartition("@")[2].lower()
        if is_for_examples(domain):
            words = f"{domain} is a name for examples, so the DNS is not asked"
            yield Look(what="SPF, DKIM, DMARC", well=None, words=words)
            return
        hello = self.settings.smtp.hello
        sending = SendingDomain(domain=domain, returns=sender.own_domain, dkim=self.dkim_keys(), hello=hello)
        yield from look_over(sending, look_up)

    def make_dkim_keys(self) -> "tuple[tuple[DkimKey, Path, bool], ...]":
        """Make the keys that are not there yet; give each with its file, and whether the settings name that file.

        Raises BadSetting without a sender, whose domain signs.
        """
        from dailyten.deliver.dkim import DkimKey, new_key

        settings, sender = self.settings.dkim, self.settings.sender
        if sender is None:
            raise BadSetting("Nobody is named as the sender, so no domain signs.", expected="a section [sender]")
        domain = settings.domain or sender.address.rpartition("@")[2]
        made = []
        for algorithm, named, selector in (
            ("rsa", settings.rsa, settings.rsa_selector),
            ("ed25519", settings.ed25519, settings.ed25519_selector),
        ):
            path = self.settings.place(named or self.settings.paths.data / f"dkim-{algorithm}.pem")
            if not path.exists():
                _make_folder(path.parent)
                _write_once(path, new_key(algorithm).decode("ascii"))
            made.append((DkimKey.read(domain, selector, _key_file(path)), path, named is not None))
        return tuple(made)

    def links(self) -> "Links | None":
        """Make what signs links to the web service; None where there is none."""
        if self.settings.web is None:
            return None
        from dailyten.feedback.tokens import Tokens
        from dailyten.pipeline.links import Links

        return Links(base=self.settings.web.base, tokens=Tokens(self.keys()))

    def web_pages(self, pack: "Pack") -> "WebPages":
        """Make what prints the pages of the web service in the look of the site."""
        from dailyten.render.web_pages import WebPages

        links = self.links()
        return WebPages(settings=self._site(), names=names_of(pack), base=links.base if links else "")

    def _site(self) -> "SiteSettings":
        """Give the site's settings; a public web service is where one asks for the mail, and serves the site too."""
        site, web = self.settings.site, self.settings.web
        if web is None or not web.public_url:
            return site
        if site.base_url == HERE:
            site = replace(site, base_url=web.public_url, index_names=False)
        return replace(site, subscribe_url=site.subscribe_url or f"{web.public_url}/subscribe")

    def keep_mail(self, edition: "Edition", content: bytes, reader: str = "") -> Path:
        """Keep an edition's mail, or a reader's, as a file in the data folder, and say where it is."""
        from dailyten.deliver.disk import keep_mail

        revision = f"-revision-{edition.revision}" if edition.revision > 1 else ""
        folder = self.settings.place(self.settings.paths.data) / "mail"
        return keep_mail(folder, f"{edition.on}{revision}{'-for-' * bool(reader)}{reader}", content)

    def mail_line(self) -> "MailLine":
        """Open nothing yet: a line to the mail server, or to the first of several that answers, for one thread."""
        from dailyten.deliver.failover import FirstThatAnswers

        lines = [line for _, line in self.mail_servers()]
        return lines[0] if len(lines) == 1 else FirstThatAnswers(lines)

    def mail_servers(self) -> "list[tuple[SmtpSettings, SmtpLine]]":
        """Give a line to each mail server, the usual one first."""
        from dailyten.deliver.smtp import SmtpLine

        return [(each, SmtpLine(each)) for each in (self.settings.smtp, *self.settings.smtp_fallback)]

    def day(self, worker: str) -> "Day":
        """Make all that `dailyten serve` needs; `worker` names this process among all that send."""
        from dailyten.pipeline.ticking import Day

        pack = self.pack()
        rules = _RulesWatch(self, pack)
        return Day(
            poller=self.poller(),
            maker=_MakerWatch(self, pack, rules).now,
            rules_changed=rules.changed,
            press=self.press(pack),
            room=self.mail_room(pack) if self.settings.sender is not None else None,
            links=self.links(),
            open_line=self.mail_line,
            list_changed=_ListWatch(self).changed,
            list_file=self.list_file(),
            list_settings=self.settings.list,
            clock=self.clock,
            worker=worker,
            hubs=self.hubs(),
            take_returned=_ReturnWatch(self).due
            if self.settings.bounces.host or self.settings.bounces.maildir
            else None,
        )

    def keys(self) -> tuple[bytes, ...]:
        """Read the secrets that sign links and return paths, the newest first; one is made at first."""
        path = self.settings.place(self.settings.paths.data) / "secrets.txt"
        _make_folder(path.parent)
        if not path.exists():
            _write_once(path, secrets.token_hex(SECRET_BYTES) + "\n")
        return tuple(bytes.fromhex(line) for line in path.read_text("ascii").split())


@dataclass(slots=True)
class _ListWatch:
    """Reads the feed list when its bytes have changed since the last look; one that includes others at every look."""

    parts: Parts
    seen: bytes | None = None
    feeds: tuple[Feed, ...] = ()
    fault: str = ""

    def changed(self) -> "FeedList | None":
        """Give the list if it changed, None if not. Raises BadFeedList, once for each faulty version."""
        body = self.parts.list_bytes()
        again = body == self.seen
        if again and b"include" not in body:
            return None
        self.seen = body
        try:
            feed_list = self.parts.read_list(body, self.parts.list_path)
        except BadFeedList as error:
            told, self.fault = self.fault, str(error)
            if again and told == self.fault:
                return None
            raise
        same = again and not self.fault and feed_list.feeds == self.feeds
        self.feeds, self.fault = feed_list.feeds, ""
        return None if same else feed_list


def site_files(folder: Path) -> tuple[tuple[str, ...], Callable[[str], bytes]]:
    """Give the files of a site that lies in a folder, and what reads one of them."""
    from dailyten.render.proof.disk import site_body, site_paths

    return site_paths(folder), lambda path: site_body(folder, path)


@dataclass(slots=True)
class _ReturnWatch:
    """Looks into the mailboxes for what came back, every so often."""

    parts: Parts
    next_at: datetime | None = None

    def due(self, store: Store) -> "list[Bounce]":
        """Look, if it is time."""
        now = self.parts.clock()
        if self.next_at is not None and now < self.next_at:
            return []
        self.next_at = now + self.parts.settings.bounces.every
        return self.parts.take_returned(store)


def our_packs() -> tuple[str, ...]:
    """Name the packs that come with dailyten."""
    return tuple(sorted(found.parent.name for found in Path(str(files("dailyten.packs"))).glob("*/pack.toml")))


def list_of_pack(pack: str) -> bytes:
    """Read the feed list that a new digest on one of our packs begins with."""
    return (Path(str(files("dailyten.packs"))) / pack / "feeds.opml").read_bytes()


def found(new: "Sequence[File]", folder: Path, *, replace: bool) -> tuple[str, ...]:
    """Put the files of a new digest into its folder, all or none, once they are read as a digest would read them.

    Without settings among them, they are for the digest that stands there already.

    Gives the paths of those that were written. Raises BadInput for one that stands in the way or cannot be read.
    """
    from dailyten.founding.disk import put

    return put(new, folder, _look_over, replace=replace)


def _look_over(folder: Path) -> None:
    if not (folder / FILE).exists():
        return
    from dailyten.feedlist.read import read

    parts = Parts(read_settings(folder / FILE, {}))
    parts.pack()
    read(parts.list_bytes(), name="feeds.opml")


def stamp_of(pack: "Pack") -> str:
    """Name the state of a pack by the bytes of its settings, its cues and its model, and those of its base."""
    named = ("pack.toml", "cues.toml", pack.model_file.name)
    folders = [each.folder for each in (pack, pack.base) if each is not None]
    bodies = [_bytes_of(folder / name) for folder in folders for name in named]
    return hashlib.sha256(b"".join(hashlib.sha256(body).digest() for body in bodies)).hexdigest()[:16]


def trainer() -> ModuleType:
    """Load what fits models. Raises BadInput naming what to install where scikit-learn is missing."""
    try:
        return import_module("dailyten.classify.train")
    except ImportError as error:
        raise BadInput("Training needs scikit-learn.", expected="pip install 'dailyten[train]'") from error


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


@dataclass(slots=True)
class _RulesWatch:
    """Reads the editors' rules when their bytes have changed since the last look; `book` is the last good state."""

    parts: Parts
    pack: "Pack"
    seen: bytes | None = None
    book: "Rulebook | None" = None

    def changed(self) -> int | None:
        """Say how many rules there are now if they changed. Raises BadRules, once for each faulty version."""
        body = self.parts.rules_bytes()
        first = self.seen is None
        if body == self.seen:
            return None
        self.seen = body
        self.book = self.parts.read_rules(body, self.pack)
        return None if first and not self.book.rules else len(self.book.rules)


@dataclass(slots=True)
class _MakerWatch:
    """Makes the maker anew when a model was learnt or one went back since the last look; with the watched rules."""

    parts: Parts
    pack: "Pack"
    rules: _RulesWatch
    seen: tuple[int, int] | None = None
    maker: "Maker | None" = None

    def now(self) -> "Maker":
        """Give the maker; one that cannot be made leaves the last one in use, as a crash while learning would."""
        from dailyten.rank.rules import NO_RULES

        state = self.parts.shelf().state()
        book = self.rules.book or NO_RULES
        if self.maker is None:
            self.maker = self.parts.maker(self.pack, book)
        elif state != self.seen:
            with suppress(ModelError):
                self.maker = self.parts.maker(self.pack, book)
        if self.maker.rules is not book:
            self.maker = replace(self.maker, rules=book)
        self.seen = state
        return self.maker


def names_of(pack: "Pack") -> "Names":
    """Say what the pack's keys are called."""
    from dailyten.render.names import Names

    return Names(
        topics={topic.key: topic.name for topic in pack.topics},
        networks={network.key: network.name for network in pack.networks},
        about={topic.key: topic.about for topic in pack.topics},
        goals={goal.key: goal.name for goal in pack.goals},
        words=pack.words,
    )


def choices_of(pack: "Pack") -> "Choices":
    """Say what the pack's readers may choose from."""
    from dailyten.pipeline.wishing import Choices

    return Choices(
        networks=tuple(network.key for network in pack.networks),
        topics=pack.topic_keys,
        goals=tuple(goal.key for goal in pack.goals),
        words=pack.words,
    )


@asynccontextmanager
async def _fetching(settings: HttpSettings, clock: Callable[[], datetime]) -> AsyncIterator[Fetch]:
    from dailyten.poll.http import HttpFetcher

    async with HttpFetcher(settings, clock=clock) as fetcher:
        yield fetcher.fetch


@asynccontextmanager
async def _posting(settings: HttpSettings, clock: Callable[[], datetime]) -> "AsyncIterator[Post]":
    from dailyten.poll.http import HttpFetcher

    async with HttpFetcher(settings, clock=clock) as fetcher:
        yield fetcher.post


@asynccontextmanager
async def _reading() -> AsyncIterator[Read]:
    from dailyten.parse.process import ReadingRoom

    with ReadingRoom() as room:
        yield room.read


def _through_a_sink(outgoing: "Outgoing") -> bytes:
    """Hand a message to a mail server of our own on loopback, over the very line that all others take."""
    from dailyten.deliver.settings import SmtpSettings
    from dailyten.deliver.smtp import SmtpLine
    from dailyten.model.delivery import Accepted
    from dailyten.testing.mail_sink import MailSink

    try:
        with MailSink() as sink:
            line = SmtpLine(SmtpSettings(host=sink.host, port=sink.port))
            said = line.hand_over(outgoing, lambda: True)
            line.close()
            if not isinstance(said, Accepted):
                raise CannotGoOn("The copy that is looked at before sending did not arrive.", came=str(said))
            return sink.taken[-1].content
    except OSError as error:
        words = "The copy that is looked at before sending needs a port of this machine."
        raise CannotGoOn(words, came=str(error)) from error


def _key_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadSetting(
            "The DKIM key cannot be read; `dailyten mail keys` makes one.",
            came=str(error.strerror),
            where=str(path),
        ) from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotGoOn("The data folder cannot be made.", came=str(error.strerror), where=str(folder)) from error


def _write_once(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all; one that is there already stays."""
    part = path.with_suffix(f".{os.getpid()}.part")
    part.touch(mode=0o600)
    part.write_text(text, "ascii")
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()
