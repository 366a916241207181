"""Names of elements: namespaces are folded into the short prefixes that the readers here speak of."""

from collections.abc import Mapping

CORE = ""
_SPACES = {
    "": CORE,
    "http://www.w3.org/2005/atom": CORE,
    "http://purl.org/atom/ns#": CORE,
    "http://purl.org/rss/1.0": CORE,
    "http://purl.org/rss/1.0/modules/rss091#": CORE,
    "http://my.netscape.com/rdf/simple/0.9": CORE,
    "http://my.netscape.com/publish/formats/rss-0.91.dtd": CORE,
    "http://channel.netscape.com/rdf/simple/0.9": CORE,
    "http://backend.userland.com/rss": CORE,
    "http://backend.userland.com/rss2": CORE,
    "http://backend.userland.com/rss091": CORE,
    "http://backend.userland.com/rss092": CORE,
    "http://blogs.law.harvard.edu/tech/rss": CORE,
    "http://cyber.law.harvard.edu/rss": CORE,
    "http://cyber.harvard.edu/rss/rss.html": CORE,
    "http://www.rssboard.org/rss-specification": CORE,
    "http://example.com/newformat#": CORE,
    "http://example.com/necho": CORE,
    "http://purl.org/echo": CORE,
    "uri/of/echo/namespace#": CORE,
    "http://purl.org/pie": CORE,
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://purl.org/dc/elements/1.0": "dc",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/metadata/dublin_core#": "dc",
    "http://dublincore.org/documents/dcmi-namespace": "dc",
    "http://purl.org/dc/terms": "dcterms",
    "http://search.yahoo.com/mrss": "media",
    "http://www.rssboard.org/media-rss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://example.com/dtds/podcast-1.0.dtd": "itunes",
    "http://purl.org/rss/1.0/modules/syndication": "sy",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://news.yandex.ru": "yandex",
    "http://purl.org/rss/1.0/modules/taxonomy": "taxo",
    "http://purl.org/rss/1.0/modules/slash": "slash",
    "http://www.w3.org/2007/app": "app",
}
_PREFIXES = frozenset(["content", "dc", "dcterms", "media", "itunes", "sy", "feedburner", "xhtml"])

ADDRESS_OF: Mapping[str, str] = {
    "atom": "http://www.w3.org/2005/Atom",
    "atom10": "http://www.w3.org/2005/Atom",
    "a10": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rss": "http://purl.org/rss/1.0/",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
}
"""What a prefix stands for in a document that forgot to declare it."""


def split(tag: str) -> tuple[str, str]:
    """Split lxml's `{namespace}local` into both, the namespace empty where there is none."""
    if tag.startswith("{"):
        space, _, local = tag[1:].partition("}")
        return space, local
    return "", tag


def short_name(tag: str, prefix: str | None, own_space: str) -> str:
    """Name an element as "title" or "dc:date", in lower case; "?:name" where its namespace is unknown.

    `own_space` is the namespace of the document's root: whatever it is, elements in it are the format's own, and so
    are those without a prefix, in whatever namespace a publisher has put them.
    """
    space, local = split(tag)
    folded = space.strip().lower().replace("https://", "http://").rstrip("/")
    short = CORE if space == own_space and folded != _RDF else _SPACES.get(folded)
    if short is None:
        short = CORE if prefix is None else prefix if prefix in _PREFIXES else "?"
    return f"{short}:{local.lower()}" if short else local.lower()


_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
"""The one root whose namespace is not that of what it holds."""
