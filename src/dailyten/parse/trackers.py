"""Which parts of an address and which pictures only watch the reader. Data, in the order of how often they are met.

Every name here was checked to change nothing about the page that is shown. Names that sometimes do ("ref", "source",
"si") count only with a value or on a host where they are known to watch.
"""

PREFIXES = ("utm_", "mtm_", "matomo_", "piwik_", "hsa_", "oly_", "vero_", "__hs", "_bta_", "wt_mc", "wt_zmc", "trk_")
"""Parameters beginning with these."""

NAMES = frozenset(
    """
    fbclid gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid srsltid msclkid yclid ysclid twclid ttclid
    li_fat_id igshid igsh epik rdt_cid sccid irclickid irgwc wickedid rb_clickid s_kwcid _openstat cmpid ncid s_cid
    cm_mmc cm_ven mc_cid mc_eid mkt_tok _hsenc _hsmi hsctatracking _ke _kx __s vgo_ee ml_subscriber
    ml_subscriber_hash dm_i bsft_eid bsft_clkid nr_email_referer sc_campaign sc_channel sc_content sc_medium
    sc_outcome sc_geo sc_country elqtrack elqtrackid elqaid elqat elqcampaignid ck_subscriber_id sfmc_id sfmc_sub
    et_rid pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid pk_vid mkwid pcrid fb_action_ids
    fb_action_types fb_source fb_ref fb_comment_id action_object_map action_type_map action_ref_map _ga _gl
    ga_source ga_medium ga_term ga_content ga_campaign ga_place ref_src ref_url __twitter_impression guccounter
    guce_referrer guce_referrer_sig sr_share xtor xtref mibextid spm _branch_match_id _branch_referrer at_medium
    at_campaign at_custom1 at_custom2 at_custom3 at_custom4 ns_mchannel ns_source ns_campaign ns_linkname ns_fee
    itm_source itm_medium itm_campaign itm_content
    """.split()
)
"""Parameters of exactly these names, in lower case."""

ON_HOSTS = {
    "youtube.com": frozenset(["si", "feature", "pp", "ab_channel"]),
    "youtu.be": frozenset(["si", "feature"]),
    "spotify.com": frozenset(["si"]),
    "twitter.com": frozenset(["s", "t", "ref_src", "cxt"]),
    "x.com": frozenset(["s", "t", "ref_src", "cxt"]),
    "instagram.com": frozenset(["igshid", "igsh"]),
    "tiktok.com": frozenset(["_r", "_t", "is_from_webapp", "sender_device"]),
    "linkedin.com": frozenset(["trk", "trackingid", "lipi", "midtoken", "midsig", "rcm"]),
    "medium.com": frozenset(["source"]),
    "nytimes.com": frozenset(["partner", "emc", "smid", "smtyp"]),
    "amazon.com": frozenset(["ref", "ref_", "tag", "linkcode", "pd_rd_i", "pd_rd_r", "pf_rd_p", "pf_rd_r"]),
    "theguardian.com": frozenset(["cmp"]),
    "reuters.com": frozenset(["feedtype", "feedname"]),
}  # fmt: skip
"""Parameters that watch on these hosts and their subdomains only."""

REFERRING = frozenset(["ref", "source", "src", "from", "partner", "via", "cmp", "emc", "traffic_source"])
FROM_FEEDS = ("rss", "feed", "atom", "feedburner", "newsletter")
"""`REFERRING` names are dropped where the value is one of these words, or begins with one and a hyphen."""

PIXEL_HOSTS = (
    "pixel.wp.com", "stats.wordpress.com", "stats.wp.com", "google-analytics.com", "googletagmanager.com",
    "doubleclick.net", "scorecardresearch.com", "quantserve.com", "feedsportal.com", "pheedo.com",
    "b.scorecardresearch.com", "pixel.quantserve.com", "track.hubspot.com", "ct.sendgrid.net", "rss.buysellads.com",
    "feeds.wordpress.com", "analytics.twitter.com", "facebook.com/tr", "bat.bing.com", "px.ads.linkedin.com",
    "list-manage.com/track", "medium.com/_/stat", "blogger.googleusercontent.com/tracker", "feedpress.me/feedimage",
    "counter.theconversation.com", "pi.feedsportal.com", "res.feedsportal.com", "da.feedsportal.com",
    "feedproxy.google.com/~r", "feedproxy.google.com/~ff", "feeds.feedburner.com/~r", "feeds.feedburner.com/~ff",
    "pixel.mathtag.com", "rss.feedsportal.com", "open.substack.com", "eotrx.substackcdn.com/open",
    "hits.guardian.co.uk", "blogblog.com/tracker", "pippio.com", "ad.doubleclick.net", "zemanta.com/pixy",
)  # fmt: skip
"""Hosts (with their subdomains), or host and beginning of a path, whose pictures only count readers."""
