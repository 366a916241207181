"""A reception, of the parts that the wiring makes."""

from functools import partial

from dailyten.classify.pack import Pack
from dailyten.errors import BadSetting
from dailyten.pipeline.bouncing import take_notice
from dailyten.pipeline.sending import mail_page
from dailyten.store.store import Store
from dailyten.web.reception import Reception
from dailyten.wiring import Parts
from dailyten.wiring.packs import choices_of, names_of


def reception_of(parts: Parts, store: Store, pack: Pack) -> Reception:
    """Make what is behind the pages. Raises BadSetting where there is no section [web], or nobody who sends."""
    links, web, sender = parts.links(), parts.settings.web, parts.settings.sender
    if links is None or web is None or sender is None:
        wanted = "sections [web] and [sender] (docs/reference/settings.md)"
        raise BadSetting("The web service asks mailboxes to confirm, so it needs a sender.", expected=wanted)
    names = names_of(pack)
    return Reception(
        store=store,
        links=links,
        choices=choices_of(pack),
        names={**names.goals, **names.topics, **names.networks},
        printer=parts.web_pages(pack),
        mail_of=partial(mail_page, store, parts.mail_room(pack)),
        name=parts.settings.site.name,
        zone=parts.settings.digest.zone,
        mail_domain=sender.own_domain,
        site_folder=parts.settings.place(parts.settings.paths.site),
        clock=parts.clock,
        settings=web,
        poll_policy=parts.settings.poll,
        take_notice=partial(take_notice, store, parts.bouncer(), parts.settings.bounces.webhook_secret),
        take_report=parts.provider_door(store).take,
    )
