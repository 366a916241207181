"""The words of bounces, of vacation programs and of readers, and what they mean.

A code tells more than words where it is right; many are not: "5.7.1" also stands for an unknown user, "5.0.0" for
anything. So words that are plain win over a code, and a mailbox is given up only for what is surely about the mailbox.
"""

import re

from dailyten.model.bounce import BounceKind

OUR_FAULT = re.compile(
    r"sender (?:address |domain )?(?:rejected|denied|blocked|refused|invalid|not |verif)|sender verif"
    r"|sending (?:domain|host|ip)|verification failed for|(?:after|in reply to) MAIL FROM|domain of (?:the )?sender"
    r"|sender's domain|your domain"
    r"|reverse (?:dns|host ?name|lookup)|\brdns\b|\bptr\b|\bhelo\b|\behlo\b|client host|your (?:ip|host ?name|server)",
    re.IGNORECASE,
)
"""Blames the address that we send from, or our machine: "Sender address rejected: Domain not found" is about us."""
NO_SUCH_MAILBOX = re.compile(
    r"user (?:is )?unknown|unknown (?:user|recipient|local part|mailbox|address)"
    r"|no such (?:user|mailbox|recipient|address|person)|no mailbox here|not our customer"
    r"|(?:user|mailbox|recipient|account|address|e-?mail)\b[^.\n]{0,60}?"
    r"(?:does(?:n't| not) exist|not (?:be )?found|is unknown|not known|is invalid"
    r"|no longer (?:exists|valid|available|here|in use)"
    r"|(?:is|has been|was) (?:disabled|deactivated|closed|suspended|discontinued|deleted|inactive))"
    r"|couldn't be found|wasn't found|not a valid (?:user|mailbox|recipient)|invalid (?:recipient|mailbox|user)"
    r"|unrouteable address|doesn't have an? [^\n]{0,40}account|host or domain name not found"
    r"|domain [^\n]{0,60}(?:not found|does(?:n't| not) exist)|couldn't find any host|nxdomain|no mx or a records?"
    r"|disabled or discontinued|recipnotfound|null ?mx|not listed in [^\n]{0,40}(?:directory|address book)"
    r"|\b550\b[^\n]{0,40}mailbox unavailable(?![^\n]{0,80}(?:polic|spam|block|reputation))",
    re.IGNORECASE,
)
FULL = re.compile(
    r"(?:over|exceed\w*|out of)\W+(?:\w+\W+){0,4}(?:quota|storage|space)|quota\W+(?:\w+\W+){0,3}(?:exceeded|full)"
    r"|mail ?box\W+(?:\w+\W+){0,3}full|inbox is (?:full|out of)|(?:not enough|insufficient) (?:disk |system )?(?:space"
    r"|storage)|receiving mail at a rate|too many messages",
    re.IGNORECASE,
)
BLOCKED = re.compile(
    r"\bspam\b|spam(?:haus|cop)|black ?list|block ?list|dnsbl|\brbl\b|reputation|unsolicited|dmarc|\bdkim\b|\bspf\b"
    r"|policy|rate limit|unauthenticated|not authoris?zed|(?:message|mail"
    r"|content) (?:was )?(?:rejected|refused|blocked)"
    r"|blocked|administrative prohibition",
    re.IGNORECASE,
)
HARD_CODES = frozenset("5.1.0 5.1.1 5.1.2 5.1.3 5.1.6 5.1.10 5.2.1 5.4.1 5.4.4 5.4.310".split())
OUR_CODES = frozenset({"5.1.7", "5.1.8"})
POLICY = re.compile(r"[45]\.7\.\d+|5\.6\.\d+")

NOT_THE_MAILBOX = re.compile(
    r"relay|authenticat|access denied|prohibit|permission|connection|too many|\brate\b|try again|temporar"
    r"|\bdns\b|\btls\b",
    re.IGNORECASE,
)
"""In a refusal without a code of RFC 3463: perhaps about the way here, so no mailbox is given up for it."""
LATER = re.compile(
    r"(?:has|have) not (?:yet )?been delivered|has been delayed|no action is required on your part|warning message only"
    r"|(?:will (?:continue to try|keep trying|be retried))|still being retried",
    re.IGNORECASE,
)
"""Words of a server that has not given up."""
COPY = re.compile(
    r"^[^\w\n]*(?:below this line is a copy|this is a copy of (?:the|your) message|unsent message follows"
    r"|(?:the )?original message (?:follows|headers)|possibly truncated original message|return-path:\s|received:\s"
    r"|message header follows)",
    re.IGNORECASE | re.MULTILINE,
)
"""Where a bounce ends and the mail of ours that it returns begins."""

ABSENT = re.compile(
    r"out of (?:the )?office|automatic reply|auto(?:matic|mated)?[- ]?(?:reply|response|answer)|on (?:vacation|leave)"
    r"|away from (?:my|the) (?:desk|office|mail)|abwesend|abwesenheit|automatische (?:r[üu]ck)?antwort|nicht im b[üu]ro"
    r"|r[ée]ponse automatique|absen(?:ce|t) d[ue]|en cong[ée]|message d'absence|respuesta autom[áa]tica"
    r"|fuera de (?:la )?oficina|ausente|risposta automatica|fuori (?:sede|ufficio)|assenza|resposta autom[áa]tica"
    r"|fora do escrit[óo]rio|automatisch antwoord|afwezig|niet aanwezig|autosvar|fr[åa]nvaro"
    r"|ikke til stede|poissa|automaattinen vastaus"
    r"|autoodpowied|nieobecno|automatick[áa] odpov[ěe]|otomatik yan.t|автоответ|автоматический ответ|отсутств"
    r"|odpowied[źz] automatyczna|automatyczna odpowied|na urlopie|aus[êe]ncia|frav[æa]r|automati[cs]k?[a-z]* svar"
    r"|automatikus v[áa]lasz|h[áa]zon k[íi]v[üu]l|r[ăa]spuns automat|automatski odgovor|resposta autom[àa]tica"
    r"|αυτόματη απάντηση|εκτός γραφείου|автоматична відповідь|автоматичен отговор|رد تلقائي|מענה אוטומטי"
    r"|trả lời tự động|ตอบกลับอัตโนมัติ|balasan otomatis"
    r"|自動(?:返信|応答)|不在|自动(?:回复|答复)|外出|자동 ?회신|부재|الرد التلقائي|תשובה אוטומטית",
    re.IGNORECASE,
)

PREFIX = re.compile(r"^(?:\s*(?:re|aw|sv|antw|rif|ref|vs|r|odp|fw|fwd|wg)\s*(?:\[\d+\])?\s*[::])+\s*", re.IGNORECASE)
FAREWELL = re.compile(
    r"(?:please\s+|bitte\s+)?(?:unsubscribe(?: me)?|unsub|remove(?: me)?|stop|sign ?off|opt[- ]?out|leave|cancel"
    r"|abmelden|abbestellen|austragen|d[ée]sinscri(?:re|ption)|d[ée]sabonner|se d[ée]sabonner"
    r"|cancelar(?: suscripci[óo]n)?|darme de baja|baja|disiscri(?:vi|vimi|zione)|cancella(?:mi)?"
    r"|afmelden|uitschrijven|avregistrera|avmeld)"
    r"(?:[\s,]*(?:please|bitte|me))?[\s.!]*",
    re.IGNORECASE,
)
PAUSE = re.compile(
    r"(?:please\s+)?(?:pause|snooze)(?:\s+(?:for\s+)?(\d{1,3})\s*(?:days?)?|\s+until\s+\S+)?[\s.!]*", re.IGNORECASE
)
VOTE = re.compile(r"(more|less|wrong(?:\s+topic)?)\s*(?:like\s*)?(?:no\.?|number|#)?\s*(\d{1,2})[\s.!]*", re.IGNORECASE)
VOTES = {"more": "more", "less": "less", "wrong": "wrong_topic"}
PAUSE_DAYS = "14"


def kind_of(status: str, words: str) -> BounceKind:
    """Say what a failure is by its code (RFC 3463) and its words. What blames us is no fault of the mailbox."""
    if OUR_FAULT.search(words) or status in OUR_CODES:
        return BounceKind.BLOCKED
    if FULL.search(words) or (status.startswith("4") and not POLICY.fullmatch(status)):
        return BounceKind.SOFT
    if status in HARD_CODES and not (status in ("5.1.0", "5.4.1") and BLOCKED.search(words)):
        return BounceKind.HARD
    if NO_SUCH_MAILBOX.search(words):
        return BounceKind.HARD
    if POLICY.fullmatch(status) or BLOCKED.search(words):
        return BounceKind.BLOCKED
    return BounceKind.SOFT


def is_telling(words: str) -> bool:
    """Say whether words are those of a failure, whoever wrote them."""
    return any(each.search(words) for each in (NO_SUCH_MAILBOX, FULL, BLOCKED))


def without_the_copy(words: str) -> str:
    """Cut off the mail that a bounce returns: what our stories tell of full mailboxes and spam is no reason."""
    found = COPY.search(words)
    return words[: found.start()] if found and words[: found.start()].strip() else words


def kind_of_refusal(reply: str) -> BounceKind:
    """Say what a refusal in answer to RCPT is: `reply` begins with its code, as in "550 5.1.1 No such user"."""
    code, _, rest = reply.partition(" ")
    found = re.match(r"([245]\.\d{1,3}\.\d{1,3})\b", rest)
    kind = kind_of(found[1] if found else "", rest)
    unclear = FULL.search(rest) or NOT_THE_MAILBOX.search(rest)
    plain = code in ("550", "551", "553") and not found and kind is BounceKind.SOFT and not unclear
    return BounceKind.HARD if plain else kind


def said_by_a_machine(auto_submitted: str, subject: str) -> bool:
    """Say whether a machine answered in somebody's absence."""
    marked = auto_submitted.partition(";")[0].strip().lower()
    return marked not in ("", "no") or bool(ABSENT.search(subject))


def wish_in(line: str) -> tuple[BounceKind, str] | None:
    """Read a line that a reader wrote, if it is a wish and nothing else: one who tells a story is no machine's."""
    bare = PREFIX.sub("", line).strip()
    if FAREWELL.fullmatch(bare):
        return BounceKind.LEAVE, ""
    if found := PAUSE.fullmatch(bare):
        return BounceKind.PAUSE, found[1] or PAUSE_DAYS
    if found := VOTE.fullmatch(bare):
        return BounceKind.VOTE, f"{VOTES[found[1].split()[0].lower()]} {int(found[2])}"
    return None
