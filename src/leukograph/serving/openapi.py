"""Describes the server in OpenAPI 3.1, the saved questions from their own files."""

import json
from typing import Any

from leukograph import __version__, about, answers, questions
from leukograph.records import Question
from leukograph.serving import negotiation

_EXAMPLES = 5
_PROBLEM = {"description": "what is wrong, in a sentence", "content": {"application/problem+json": {}, "text/html": {}}}
_QUERY = {"name": "query", "in": "query", "schema": {"type": "string"}, "description": "the query, in SPARQL 1.1"}
_FORMATS = ("json", "csv", "csv-spreadsheet", "tsv", "ttl", "html")


def description(root: str) -> bytes:
    """Return the description as JSON."""
    saved = [questions.load(root, name) for name in questions.names(root)]
    paths = {f"/ask/{one.name}": {"get": _question(root, one)} for one in saved}
    paths["/sparql"] = {"get": _sparql(), "post": _sparql_by_post()}
    paths["/health"] = {"get": _simple("Whether the server can answer.", "application/json", 503)}
    paths["/.well-known/void"] = {"get": _simple("What the data is, in VoID.", "text/turtle", 406)}
    whole = {
        "openapi": "3.1.0",
        "info": {
            "title": about.TITLE,
            "summary": about.SUMMARY,
            "description": about.LIMITS,
            "version": __version__,
            "license": {"name": "CC BY 4.0", "url": about.LICENCE},
        },
        "paths": dict(sorted(paths.items())),
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _question(root: str, question: Question) -> dict[str, Any]:
    parameters = []
    for param in question.params:
        known = [label for label, _ in answers.values_of(root, question, param.name)]
        one = {"type": "string", "examples": known[:_EXAMPLES]}
        parameters.append(
            {
                "name": param.name,
                "in": "query",
                "required": param.required,
                "description": param.summary,
                "schema": {"type": "array", "items": one} if param.many else one,
            }
        )
        if param.many:
            parameters[-1] |= {"style": "form", "explode": True}
    parameters += [
        {
            "name": "with-background",
            "in": "query",
            "description": "add what is known from elsewhere, marked so",
            "schema": {"type": "boolean", "default": False},
        },
        {
            "name": "format",
            "in": "query",
            "description": "the format, in place of the header Accept",
            "schema": {"enum": list(_FORMATS)},
        },
    ]
    media = [*(kind.media[0] for kind in negotiation.ANSWERS), negotiation.HTML.media[0]]
    return {
        "operationId": question.name,
        "summary": question.summary,
        "description": question.description,
        "tags": list(question.tags),
        "parameters": parameters,
        "responses": _responses(media, 400, 406, 413, 503, 504, 507),
    }


def _sparql() -> dict[str, Any]:
    media = [kind.media[0] for kind in (*negotiation.TABLES, *negotiation.GRAPHS)]
    return {
        "operationId": "sparql",
        "summary": "A read-only query in SPARQL 1.1; without one, the description of the service.",
        "parameters": [_QUERY, *_dataset()],
        "responses": _responses(media, 400, 406, 413, 414, 503, 504, 507),
    }


def _sparql_by_post() -> dict[str, Any]:
    form = {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}
    body = {"application/x-www-form-urlencoded": {"schema": form}, "application/sparql-query": {}}
    made = _sparql() | {"operationId": "sparqlByPost", "summary": "A read-only query in SPARQL 1.1."}
    made |= {"parameters": _dataset(), "requestBody": {"required": True, "content": body}}
    made["responses"]["415"] = _PROBLEM
    return made


def _dataset() -> list[dict[str, Any]]:
    graphs = {"type": "array", "items": {"type": "string", "format": "iri"}}
    return [
        {"name": name, "in": "query", "schema": graphs, "style": "form", "explode": True, "description": words}
        for name, words in (
            ("default-graph-uri", "a graph that the default graph is made of"),
            ("named-graph-uri", "a graph that the query may name"),
        )
    ]


def _simple(summary: str, media: str, *statuses: int) -> dict[str, Any]:
    return {"summary": summary, "responses": _responses([media], *statuses)}


def _responses(media: list[str], *statuses: int) -> dict[str, Any]:
    found: dict[str, Any] = {"200": {"description": "the answer", "content": {one: {} for one in media}}}
    return found | {str(status): _PROBLEM for status in statuses}
