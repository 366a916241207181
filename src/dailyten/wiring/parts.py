"""The parts of one digest, made when they are asked for. How each is made stands in the file of its stage."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dailyten.config import Settings
from dailyten.model.instant import utc_now

if TYPE_CHECKING:
    from dailyten.classify.classifier import Classifier
    from dailyten.classify.disk import ModelShelf
    from dailyten.classify.pack import Pack
    from dailyten.cluster.background import Background
    from dailyten.deliver.dkim import DkimKey
    from dailyten.deliver.sending import MailLine
    from dailyten.deliver.settings import SmtpSettings
    from dailyten.deliver.smtp import SmtpLine
    from dailyten.deliver.standing import Look
    from dailyten.feedlist.read import FeedList, Include
    from dailyten.model.bounce import Bounce
    from dailyten.model.edition import Edition
    from dailyten.pipeline.bouncing import Bouncer
    from dailyten.pipeline.learning import School
    from dailyten.pipeline.links import Links
    from dailyten.pipeline.list_file import ListFile
    from dailyten.pipeline.making import Maker
    from dailyten.pipeline.polling import Poller
    from dailyten.pipeline.providers import ProviderDoor
    from dailyten.pipeline.publishing import Press
    from dailyten.pipeline.pushing import HubLine
    from dailyten.pipeline.sending import MailRoom
    from dailyten.pipeline.settings import DigestSettings
    from dailyten.pipeline.ticking import Day
    from dailyten.rank.rules import Rulebook
    from dailyten.render.web_pages import WebPages
    from dailyten.store.store import Store


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one digest. `clock` is the machine's, or a demo's."""

    settings: Settings
    clock: Callable[[], datetime] = utc_now

    def store(self) -> "Store":
        """Open the database; the data folder is made if it is missing."""
        from dailyten.store.store import open_store
        from dailyten.wiring.keys import make_folder

        make_folder(self.settings.place(self.settings.paths.data))
        return open_store(self.settings.database_url)

    def pack(self, named: str = "") -> "Pack":
        """Read an industry pack, or the one of the settings: one of ours by its key, else a folder beside them."""
        from dailyten.wiring.packs import read_pack

        return read_pack(self, named)

    def classifier(self, pack: "Pack") -> "Classifier":
        """Load the model in use: the one learnt from people, if it fits the pack as it is now, else the pack's.

        A pack that extends another has no model of its own before the first learning, and goes by that of its base.
        """
        from dailyten.wiring.learning import classifier

        return classifier(self, pack)

    def classifier_of(self, pack: "Pack", model: str) -> "Classifier":
        """Load another model for a pack: a file, or a learnt version. Raises BadInput, and ModelError for a misfit."""
        from dailyten.wiring.learning import classifier_of

        return classifier_of(self, pack, model)

    def with_digest(self, digest: "DigestSettings", pack: str | None) -> "Parts":
        """Give parts by which another digest of the same readers' mornings is made, perhaps by another pack."""
        digest = replace(digest, zone=self.settings.digest.zone, pack=pack or digest.pack)
        return replace(self, settings=replace(self.settings, digest=digest))

    def shelf(self) -> "ModelShelf":
        """Give the folder of the models that were learnt from people."""
        from dailyten.classify.disk import ModelShelf

        return ModelShelf(self.settings.place(self.settings.paths.data) / "models")

    def school(self, pack: "Pack") -> "School":
        """Make what learns from people. Raises BadInput without scipy."""
        from dailyten.wiring.learning import school

        return school(self, pack)

    @property
    def list_path(self) -> Path:
        """Say where the feed list is."""
        return self.settings.place(self.settings.paths.feeds)

    def feed_list(self) -> "FeedList":
        """Read the feed list, refused whole if it has a fault."""
        return self.read_list(self.list_bytes(), self.list_path)

    def read_list(self, body: bytes, path: Path) -> "FeedList":
        """Read a list that stands at a path, with the lists that it includes. Raises BadFeedList."""
        from dailyten.wiring.lists import read_list

        return read_list(self, body, path)

    def include(self, path: Path) -> "Include":
        """Give what fetches the lists that a list at this path includes."""
        from dailyten.wiring.lists import include

        return include(self, path)

    def list_bytes(self, path: Path | None = None) -> bytes:
        """Read the bytes of the feed list, or of another one."""
        from dailyten.feedlist.disk import read_list_file

        return read_list_file(path or self.list_path)

    def put_list(self, body: bytes) -> None:
        """Write the feed list anew, if it reads without a fault."""
        from dailyten.wiring.lists import put_list

        put_list(self, body)

    def list_file(self) -> "ListFile":
        """Give the feed list as something that is read and written."""
        from dailyten.wiring.lists import list_file

        return list_file(self)

    def poller(self) -> "Poller":
        """Make what polls: HTTP on one side, reading processes on the other."""
        from dailyten.wiring.polling import make_poller

        return make_poller(self)

    def hubs(self) -> "HubLine | None":
        """Make what subscribes at hubs; None where no hub can reach us, or nobody wants it."""
        from dailyten.wiring.polling import make_hubs

        return make_hubs(self)

    def maker(self, pack: "Pack", rules: "Rulebook | None" = None) -> "Maker":
        """Make what makes editions, by these rules or those of the settings. Raises BadRules and BadSetting."""
        from dailyten.wiring.making import make_maker

        return make_maker(self, pack, rules)

    def background(self, pack: "Pack") -> "Background | None":
        """Read how common words are in the pack's trade, or in that of the pack it extends; None where neither says."""
        from dailyten.wiring.learning import background

        return background(pack)

    @property
    def rules_path(self) -> Path:
        """Say where the editors' rules are."""
        return self.settings.place(self.settings.paths.rules)

    def rules_bytes(self, path: Path | None = None) -> bytes:
        """Read the bytes of the rules, or of another file; that of the settings may be missing. Raises BadRules."""
        from dailyten.wiring.rules import rules_bytes

        return rules_bytes(self, path)

    def rules(self, pack: "Pack", path: Path | None = None) -> "Rulebook":
        """Read the editors' rules, refused whole if one has a fault. Raises BadRules."""
        return self.read_rules(self.rules_bytes(path), pack, path)

    def read_rules(self, body: bytes, pack: "Pack", path: Path | None = None) -> "Rulebook":
        """Read rules against the topics and networks of a pack. Raises BadRules."""
        from dailyten.wiring.rules import read_rules

        return read_rules(self, body, pack, path)

    def press(self, pack: "Pack") -> "Press":
        """Make what prints the site and puts it into its folder."""
        from dailyten.wiring.site import make_press

        return make_press(self, pack)

    def mail_room(self, pack: "Pack") -> "MailRoom":
        """Make what writes messages; where nobody is named as the sender, they are from nobody and only to look at."""
        from dailyten.wiring.mail import make_mail_room

        return make_mail_room(self, pack)

    def bouncer(self) -> "Bouncer":
        """Make what takes in what comes back by mail."""
        from dailyten.wiring.returns import make_bouncer

        return make_bouncer(self)

    def provider_door(self, store: "Store") -> "ProviderDoor":
        """Make what takes in what mail providers post."""
        from dailyten.wiring.returns import make_provider_door

        return make_provider_door(self, store)

    def take_returned(self, store: "Store") -> "list[Bounce]":
        """Empty the mailboxes of the settings; what was taken is kept. Raises CannotGoOn, BadInput for no Maildir."""
        from dailyten.wiring.returns import take_returned

        return take_returned(self, store)

    def take_returned_from(self, store: "Store", path: Path) -> "list[Bounce]":
        """Take in a mail in a file, or a Maildir; a file stays as it is. Raises BadInput, CannotGoOn."""
        from dailyten.wiring.returns import take_returned_from

        return take_returned_from(self, store, path)

    def dkim_keys(self) -> "tuple[DkimKey, ...]":
        """Read the keys that sign, as far as the settings name files. Raises BadSetting."""
        from dailyten.wiring.signing import dkim_keys

        return dkim_keys(self)

    def standing(self) -> "Iterator[Look]":
        """Look up how the sending domain stands in the DNS; nothing is asked of a name that is for examples."""
        from dailyten.wiring.signing import standing

        return standing(self)

    def make_dkim_keys(self) -> "tuple[tuple[DkimKey, Path, bool], ...]":
        """Make the keys that are not there yet; give each with its file, and whether the settings name that file.

        Raises BadSetting without a sender, whose domain signs.
        """
        from dailyten.wiring.signing import make_dkim_keys

        return make_dkim_keys(self)

    def links(self) -> "Links | None":
        """Make what signs links to the web service; None where there is none."""
        from dailyten.wiring.site import links

        return links(self)

    def web_pages(self, pack: "Pack") -> "WebPages":
        """Make what prints the pages of the web service in the look of the site."""
        from dailyten.wiring.site import web_pages

        return web_pages(self, pack)

    def keep_mail(self, edition: "Edition", content: bytes, reader: str = "") -> Path:
        """Keep an edition's mail, or a reader's, as a file in the data folder, and say where it is."""
        from dailyten.wiring.mail import keep_mail_of

        return keep_mail_of(self, edition, content, reader)

    def mail_line(self) -> "MailLine":
        """Open nothing yet: a line to the mail server, or to the first of several that answers, for one thread."""
        from dailyten.wiring.mail import mail_line

        return mail_line(self)

    def mail_servers(self) -> "list[tuple[SmtpSettings, SmtpLine]]":
        """Give a line to each mail server, the usual one first."""
        from dailyten.wiring.mail import mail_servers

        return mail_servers(self)

    def day(self, worker: str) -> "Day":
        """Make all that `dailyten serve` needs; `worker` names this process among all that send."""
        from dailyten.wiring.day import make_day

        return make_day(self, worker)

    def keys(self) -> tuple[bytes, ...]:
        """Read the secrets that sign links and return paths, the newest first; one is made at first."""
        from dailyten.wiring.keys import read_keys

        return read_keys(self.settings.place(self.settings.paths.data) / "secrets.txt")
