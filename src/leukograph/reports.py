"""Writes what a proof of the evidence found, as text and as JSON."""

from leukograph import evidence
from leukograph.names import shorten
from leukograph.records import Span


def proof_text(proof: evidence.Proof, text: str) -> str:
    """Return the proof in words: how much was proved, what moved, what lost its text, which text is new."""
    lines = [
        f"page: {'identical' if proof.identical else 'differs'}, SHA-256 {proof.digest}"
        + ("" if proof.identical else f", expected {proof.expected}")
    ]
    if proof.line_ends:
        lines.append(
            "the copy differs from the page by its line ends or byte order mark alone; "
            "with bare line feeds and without the mark it is identical"
        )
    for kind, word in ((evidence.SEGMENT, "segments"), (evidence.MENTION, "mentions"), (evidence.CUE, "cues")):
        lines.append(_counts(word, "proved", [one.status for one in proof.passages if one.span.kind == kind]))
    lines.append(_counts("statements", "hold", [one.status for one in proof.statements]))
    moved, lost = proof.segments(evidence.MOVED), proof.segments(evidence.LOST)
    lines += [f"  moved  {shorten(one.span.iri)}  {_span(one.span)} → {one.start}–{one.end}" for one in moved]
    lines += [f"  lost   {shorten(one.span.iri)}  {_span(one.span)}" for one in lost]
    held = [one for one in proof.statements if one.status == evidence.MOVED]
    lines += [f"  holds at a moved place  {shorten(one.statement)}" for one in held]
    for one in proof.statements:
        if one.status == evidence.LOST:
            rests = ", ".join(shorten(passage) for passage in one.lost)
            lines.append(f"  lost its text  {shorten(one.statement)}  (rests on {rests})")
    lines += [f"  new text  {start}–{end}  {' '.join(text[start:end].split())}" for start, end in proof.new]
    return "\n".join(lines) + "\n"


def _counts(word: str, verb: str, statuses: list[str]) -> str:
    moved, lost = statuses.count(evidence.MOVED), statuses.count(evidence.LOST)
    line = f"{word}: {statuses.count(evidence.SAME)} of {len(statuses)} {verb} in place"
    return line + (f", {moved} at a moved place" if moved else "") + (f", {lost} lost" if lost else "")


def _span(span: Span) -> str:
    return f"{span.start}–{span.end}"


def proof_json(proof: evidence.Proof) -> str:
    """Return the proof as JSON, every passage and statement with its status."""
    from json import dumps

    whole = {
        "identical": proof.identical,
        "onlyLineEndsDiffer": proof.line_ends,
        "digest": proof.digest,
        "expected": proof.expected,
        "passages": [
            {
                "iri": one.span.iri,
                "kind": one.span.kind,
                "status": one.status,
                "start": one.span.start,
                "end": one.span.end,
                "startInCopy": one.start if one.start >= 0 else None,
                "endInCopy": one.end if one.end >= 0 else None,
            }
            for one in proof.passages
        ],
        "statements": [
            {"iri": one.statement, "label": one.label, "status": one.status, "lost": list(one.lost)}
            for one in proof.statements
        ],
        "new": [{"start": start, "end": end} for start, end in proof.new],
    }
    return dumps(whole, ensure_ascii=False, indent=2) + "\n"
