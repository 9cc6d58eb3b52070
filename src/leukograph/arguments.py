"""Reads a well-formed call without argparse, whose import and set-up take longer than answering.

Whatever is not plainly well-formed is left to argparse, which knows how to help and to complain.
"""


def plain(words: list[str], valued: set[str], flags: set[str]) -> dict[str, list[str]] | None:
    """Return the values of each option of `--name VALUE`, `--name=VALUE` and `--flag`, or None to leave it to argparse.

    A flag that is given has the value []. A value that begins with a dash is never taken here.
    """
    found: dict[str, list[str]] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word[2:].partition("=")
        if not word.startswith("--"):
            return None
        if name in flags and not equals:
            found.setdefault(name, [])
        elif name in valued:
            value = value if equals else next(rest, "-")
            if value.startswith("-") and not equals:
                return None
            found.setdefault(name, []).append(value)
        else:
            return None
    return found
