# SPDX-License-Identifier: MIT
# Reads one result file (harness/runner/RESULTS.md), whole, published, or of make bench, and checks all of it that a comparison uses. A file that is
# wrong ends jq with status 3 and one line that says where and what.
include "clean";

def outcomes: ["holds", "fails", "skipped", "broken"];
def verdicts: ["confirmed", "refuted", "partly", "untestable", "open"];

def wrong($what): "\($what)\n" | clean | halt_error(3);

def must(good; $where; $expected):
    if . == null then wrong("has no \($where)")
    elif good | not then wrong("\($where) is \(quoted), expected \($expected)")
    else . end;
def text($where): must(type == "string"; $where; "a string");
def number($where): must(type == "number"; $where; "a number");
def list($where): must(type == "array"; $where; "a list");
def object($where): must(type == "object"; $where; "an object");
def one_of($where; $words): must(. as $it | $words | index($it) != null; $where; ($words[:-1] | join(", ")) + " or " + $words[-1]);
def optional(f): if . == null then . else f end;

# The members of a list, each an object, with the place of each for messages: [WHERE, OBJECT]…
def members($name): list($name) | to_entries[] | "\($name)[\(.key)]" as $at | [$at, (.value | object($at))];

def check_facts($name):
    members($name) as [$at, $fact] | $fact
    | (.name | text("\($at).name")), (.unit | optional(text("\($at).unit"))),
      (.value | must(type == "number" or type == "string"; "\($at).value"; "a number or a text"));

def check_links($at): .confirmed_by, .refuted_by | optional(list("a list of links of \($at)") | .[] | text("a link of \($at)"));

def check_claims:
    members("claims") as [$at, $claim] | $claim
    | (.id | text("\($at).id")), (.option | text("\($at).option")), (.outcome | one_of("\($at).outcome"; outcomes)),
      (.sentence, .reason | optional(text("sentence or reason of \($at)"))), (.cpu_ms | optional(number("\($at).cpu_ms"))),
      (.statements | optional(list("\($at).statements") | .[] | text("\($at).statements[]"))),
      (.facts | optional(check_facts("\($at).facts")));

def check_statements:
    members("statements") as [$at, $statement] | $statement
    | (.id | text("\($at).id")), (.option | text("\($at).option")), (.verdict | one_of("\($at).verdict"; verdicts)),
      (.statement, .reason | optional(text("sentence or reason of \($at)"))), check_links($at);

def check_twice($name): group_by(.id)[] | select(length > 1) | wrong("\($name) have \(.[0].id | quoted) twice");

def checks:
    if type != "object" then wrong("is not a JSON object") else . end
    | (.schema | must(. == 1; "schema"; "1, the only one known here")),
      (.kernel | object("kernel") | .release | text("kernel.release")),
      (.time | one_of("time"; ["real", "virtual"])),
      (if .placebo == true then wrong("is of a placebo run, which says nothing about a kernel") else empty end),
      (.suite | object("suite") | (.version | text("suite.version")), (.digest | optional(text("suite.digest")))),
      (.claims | check_claims, check_twice("claims")),
      (.statements | check_statements, check_twice("statements")),
      (.wall_ms | optional(number("wall_ms"))),
      (.summary | optional(object("summary") | .known | optional(number("summary.known"))));

def check_figures:
    members("figures") as [$at, $figure] | $figure
    | (.name | text("\($at).name")), (.value | number("\($at).value")), (.unit | text("\($at).unit")),
      (.better | one_of("\($at).better"; ["lower", "higher"])), (.of | one_of("\($at).of"; ["lab", "suite"]));

# What make bench leaves.
def is_bench: type == "object" and .kind == "bench";
def bench_checks:
    (.schema | must(. == 1; "schema"; "1, the only one known here")),
    (.kernel | object("kernel") | .release | text("kernel.release")),
    (.machine | object("machine") | (.cpu | text("machine.cpu")), (.cores | number("machine.cores"))),
    (.suite | object("suite") | (.version | text("suite.version")), (.digest | text("suite.digest")), (.claims | number("suite.claims"))),
    (.figures | check_figures, (group_by(.name)[] | select(length > 1) | wrong("figures have \(.[0].name | quoted) twice")));

# The document, if it is one: jq -s gives a list of what the file holds.
def document:
    if length == 0 then wrong("is empty") elif length > 1 then wrong("holds \(length) JSON values, expected one") else .[0] end
    | (if is_bench then bench_checks else checks end | empty), clean_all;
