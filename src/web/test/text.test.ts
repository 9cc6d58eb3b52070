import assert from "node:assert/strict";
import { test } from "node:test";
import { guarded } from "../shared/tables";
import { expand, isIri, linkable, shorten } from "../shared/terms";
import { fold, loosely, visible } from "../shared/text";
import { cases } from "./cases";

test("unseen characters are shown as the command shows them", () => {
  for (const [given, wanted] of cases.visible) assert.equal(visible(given), wanted);
});

test("names are folded as the command folds them", () => {
  for (const [given, wanted] of cases.fold) assert.equal(fold(given), wanted);
});

test("a search forgives accents", () => {
  assert.equal(loosely("Ph–Pòsitivé®"), "ph positive");
});

test("cells are guarded as the command guards them", () => {
  for (const [given, wanted] of cases.guarded) assert.equal(guarded(given), wanted, JSON.stringify(given));
});

test("IRIs are told, shortened and expanded as the command does", () => {
  for (const [given, wanted] of cases.isIri) assert.equal(isIri(given), wanted, given);
  for (const [given, wanted] of cases.shorten) assert.equal(shorten(given, cases.prefixes), wanted);
  for (const [given, wanted] of cases.expand) assert.equal(expand(given, cases.prefixes), wanted, given);
});

test("only addresses of the web are links", () => {
  assert.ok(linkable("https://w3id.org/leukograph/"));
  assert.ok(linkable("http://purl.obolibrary.org/obo/MONDO_0000870"));
  for (const other of ["javascript:alert(1)", "data:text/html,x", "urn:x", "file:///etc/passwd", "https://", "http:///x", " https://x"]) {
    assert.ok(!linkable(other), other);
  }
});
