"""Writes what an export could not carry, as text and as JSON, and reads the JSON back."""

from collections import Counter
from collections.abc import Iterable

from leukograph.names import shorten
from leukograph.records import Loss


def summary(losses: Iterable[Loss]) -> str:
    """Return in a phrase how many records lost which facets, the most frequent first; '' where nothing is lost."""
    counts = Counter((one.facet, one.how) for one in losses)
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{facet} {how} in {number}" for (facet, how), number in ordered)


def as_text(name: str, losses: tuple[Loss, ...]) -> str:
    """Return a loss report for people: the counts, then every record with its facets and what they became.

    It names the properties of what is lost; the triples themselves stand in the report for machines.
    """
    if not losses:
        return f"{name}: nothing is lost.\n"
    lines = [f"{name}: what is lost or weakened, by records", ""]
    for (facet, how), number in sorted(Counter((one.facet, one.how) for one in losses).items()):
        lines.append(f"{number:6}  {facet} {how}")
    lines += [
        "",
        "Below: each record with the properties that are not carried. The triples themselves: --losses FILE.json.",
    ]
    record = ""
    for one in losses:
        if one.record != record:
            record = one.record
            lines += ["", f"{shorten(record)} ({one.graph})"]
        became = f": {one.became}" if one.became else ""
        held = f" ({_properties(one)})" if one.was else ""
        lines.append(f"  {one.facet} {one.how}{held}{became}")
    return "\n".join(lines) + "\n"


def _properties(loss: Loss) -> str:
    """Return the properties of what is lost, each once, with the number of its triples where they are several."""
    counts = Counter(shorten(was.partition(" ")[0].strip("<>")) for was in loss.was)
    return ", ".join(f"{number} {name}" if number > 1 else name for name, number in sorted(counts.items()))


def as_json(name: str, losses: tuple[Loss, ...]) -> str:
    """Return a loss report for machines, the lost triples in it: with the export they are the graph again."""
    from json import dumps

    counts = sorted(Counter((one.facet, one.how) for one in losses).items())
    whole = {
        "format": name,
        "counts": [{"facet": facet, "how": how, "records": number} for (facet, how), number in counts],
        "losses": [dict(zip(Loss._fields, one, strict=True)) for one in losses],
    }
    return dumps(whole, ensure_ascii=False, indent=1) + "\n"
