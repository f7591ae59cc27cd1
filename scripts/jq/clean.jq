# SPDX-License-Identifier: MIT
# Strings of result files are foreign: what could steer a terminal, turn text around, or break a line becomes visible or goes.

# Code points that have no business in a line: C0 but newline and tab, DEL, C1, line separators, bidirectional controls, noncharacters.
def steers:
    (. < 32 and . != 10 and . != 9) or (. >= 127 and . <= 159) or . == 8206 or . == 8207
    or (. >= 8232 and . <= 8238) or (. >= 8294 and . <= 8297) or . == 65534 or . == 65535;

def clean: if type == "string" then explode | map(if steers then 63 else . end) | implode else . end;

# The whole of a document. Looking at its text once is much cheaper than at each string; nearly always nothing is found.
def clean_all:
    if tojson | test("\\\\u00[01]|\\\\[bfr]|\\\\u007[fF]|[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]")
    then walk(clean) else . end;

def one_line: if test("[\n\t]") then split("\n") | map(split("\t") | join(" ")) | join(" ") else . end;

# For messages: as JSON, not too long.
def quoted: tojson | if length > 60 then .[0:57] + "..." else . end | clean;
