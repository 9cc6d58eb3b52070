"""Writes what a proof of the evidence found, as text and as JSON."""

from leukograph import evidence
from leukograph.names import shorten


def proof_text(proof: evidence.Proof, text: str) -> str:
    """Return the proof in words: how much was proved, what moved, what lost its text, which text is new."""
    segments = [one for one in proof.passages if one.span.kind == evidence.SEGMENT]
    lines = [
        f"page: {'identical' if proof.identical else 'differs'}, SHA-256 {proof.digest}"
        + ("" if proof.identical else f", expected {proof.expected}")
    ]
    for kind, word in ((evidence.SEGMENT, "segments"), (evidence.MENTION, "mentions"), (evidence.CUE, "cues")):
        these = [one for one in proof.passages if one.span.kind == kind]
        same, moved = (sum(one.status == status for one in these) for status in (evidence.SAME, evidence.MOVED))
        lines.append(
            f"{word}: {same} of {len(these)} proved in place"
            + (f", {moved} at a moved place" if moved else "")
            + (f", {len(these) - same - moved} lost" if len(these) - same - moved else "")
        )
    held = {status: [one for one in proof.statements if one.status == status] for status in (evidence.SAME, evidence.MOVED, evidence.LOST)}
    lines.append(
        f"statements: {len(held[evidence.SAME])} of {len(proof.statements)} hold in place"
        + (f", {len(held[evidence.MOVED])} at a moved place" if held[evidence.MOVED] else "")
        + (f", {len(held[evidence.LOST])} lost their text" if held[evidence.LOST] else "")
    )
    for one in segments:
        if one.status == evidence.MOVED:
            lines.append(f"  moved  {shorten(one.span.iri)}  {one.span.start}–{one.span.end} → {one.start}–{one.end}")
    for one in segments:
        if one.status == evidence.LOST:
            lines.append(f"  lost   {shorten(one.span.iri)}  {one.span.start}–{one.span.end}")
    for statement in proof.statements:
        if statement.status == evidence.MOVED:
            lines.append(f"  holds at a moved place  {shorten(statement.statement)}")
    for statement in proof.statements:
        if statement.status == evidence.LOST:
            rests = ", ".join(shorten(one) for one in statement.lost)
            lines.append(f"  lost its text  {shorten(statement.statement)}  (rests on {rests})")
    for start, end in proof.new:
        lines.append(f"  new text  {start}–{end}  {' '.join(text[start:end].split())}")
    return "\n".join(lines) + "\n"


def proof_json(proof: evidence.Proof) -> str:
    """Return the proof as JSON, every passage and statement with its status."""
    from json import dumps

    whole = {
        "identical": proof.identical,
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
