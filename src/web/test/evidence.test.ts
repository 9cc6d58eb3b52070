import assert from "node:assert/strict";
import { test } from "node:test";
import { evidence, sha256, verify } from "../shared/evidence";
import { cases } from "./cases";

const held = evidence(cases.graph);

test("digests are those of SHA-256", () => {
  assert.equal(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert.equal(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("the graph is read as the package reads it", () => {
  assert.equal(held.spans.length, 8);
  assert.deepEqual(held.statements.map(({ label }) => label), ["bread may rise", "bread of oat", "bread of rye"]);
});

for (const { why, text, proof } of cases.copies) {
  test(`a copy is judged as \`leukograph evidence verify\` judges it: ${why}`, () => {
    const found = verify(held, text);
    assert.equal(found.identical, proof.identical);
    assert.equal(found.lineEnds, proof.onlyLineEndsDiffer);
    assert.equal(found.digest, proof.digest);
    assert.equal(found.expected, proof.expected);
    assert.deepEqual(
      found.passages.map(({ span, status, start, end }) => ({
        iri: span.iri,
        kind: span.kind,
        status,
        start: span.start,
        end: span.end,
        startInCopy: start < 0 ? null : start,
        endInCopy: end < 0 ? null : end,
      })),
      proof.passages,
    );
    assert.deepEqual(
      found.statements.map(({ statement, label, status, lost }) => ({ iri: statement, label, status, lost })),
      proof.statements,
    );
    assert.deepEqual(found.fresh.map(([start, end]) => ({ start, end })), proof.new);
  });
}
