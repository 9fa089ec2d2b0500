"""A browser in a word or two, for a list of devices; nothing that tells two of a kind apart. Pure."""

#: a sign in what browsers say of themselves → what it is; the first that is there counts
_BROWSERS = (
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("EdgA", "Edge"),
    ("EdgiOS", "Edge"),
    ("Edg/", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def of(agent: str) -> str | None:
    """`Firefox · Android`; None where nothing of it is known."""
    found = [next((name for sign, name in signs if sign in agent), None) for signs in (_BROWSERS, _DEVICES)]
    return " · ".join(word for word in found if word) or None
