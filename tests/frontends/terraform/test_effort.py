"""Do sources that ask for more than any machine has end soon, with a word about why?"""

import re
import time

import pytest

from validator.errors import InputError
from validator.frontends.reading import read
from validator.frontends.terraform import effort, expansion
from validator.options import Options
from validator.pipeline import check
from validator.values import Unknown, is_exact

DOUBLED = {
    "a string": ('"xxxxxxxxxx"', '"${local.BEFORE}${local.BEFORE}"', "local.a59"),
    "a string with what is not known": ("var.open", '"${local.BEFORE}${local.BEFORE}"', "local.a59"),
    "a list": ("[1, 2, 3]", "concat(local.BEFORE, local.BEFORE)", "local.a59[0]"),
    "lists in lists": ("[1]", "[local.BEFORE, local.BEFORE]", "jsonencode(local.a59)"),
    "maps in maps": ("{ x = aws_vpc.one.id }", "{ a = local.BEFORE, b = local.BEFORE }", "jsonencode(local.a59)"),
    "loops": ("[1]", "flatten([for x in local.BEFORE : [x, x]])", "length(local.a59)"),
    "replacements": ('"aaaaaaaaaa"', 'replace(local.BEFORE, "a", "aaaaaaaaaa")', "local.a59"),
}
NUMBERS = "range(1000)"
GREEDY = {
    "loops in loops": f"jsonencode([for x in {NUMBERS} : [for y in {NUMBERS} : [for z in {NUMBERS} : z]]])",
    "loops for nothing": f"length([for x in {NUMBERS} : [for y in {NUMBERS} : [for z in {NUMBERS} : z if z < 0]]])",
    "every combination": f"jsonencode(setproduct({NUMBERS}, {NUMBERS}, {NUMBERS}))",
    "wide columns": 'format("%99999999999s %.99999999999f", "a", 1)',
    "many wide columns": f'join("", formatlist("%65000s%65000s", {NUMBERS}, {NUMBERS}))',
    "long separators": f'join(format("%65000s", ""), {NUMBERS})',
    "deep nesting": 'jsonencode(jsondecode("' + "[" * 900 + "]" * 900 + '"))',
    "indentation": 'indent(9999, join("\\n", range(1000)))',
    "powers": "pow(9, pow(9, pow(9, 9)))",
    "aliases": 'jsonencode(yamldecode("a0: &a0 [x, x]\\n' + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\\n" for n in range(1, 60)) + '"))',
    "aliases of themselves": 'jsonencode(yamldecode("&a [*a]"))',
    "patterns": 'regex("(a|a)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")',
    "repetitions in patterns": 'regex("((((a{1000}){1000}){1000}){1000})", "a")',
    "directives": '"' + f"%{{ for x in {NUMBERS} }}" * 4 + "x" + "%{ endfor }" * 4 + '"',
}


def bucket_of(folder, text):
    """The name of the bucket ``one`` in a module."""
    (folder / "main.tf").write_text('variable "open" {}\nresource "aws_vpc" "one" {}\n' + text)
    started = time.monotonic()
    (configuration,) = read(str(folder), Options((str(folder),)), region=None)
    (bucket,) = [one for one in configuration.resources if one.type == "aws_s3_bucket"]
    name = bucket.attributes["bucket"]
    assert time.monotonic() - started < 60
    return name


@pytest.mark.parametrize("case", DOUBLED)
def test_is_a_value_that_doubles_with_each_line_not_made(tmp_path, case):
    first, line, last = DOUBLED[case]
    lines = "".join(f"  a{number} = {line.replace('BEFORE', f'a{number - 1}')}\n" for number in range(1, 60))
    name = bucket_of(tmp_path, f'locals {{\n  a0 = {first}\n{lines}}}\nresource "aws_s3_bucket" "one" {{\n  bucket = {last}\n}}\n')
    assert not is_exact(name)
    assert re.search("too (?:big|long)", str(name))


@pytest.mark.parametrize("case", GREEDY)
def test_is_an_expression_that_is_too_much_not_known(tmp_path, monkeypatch, case):
    monkeypatch.setattr(effort, "_STEPS", 100_000)
    assert isinstance(bucket_of(tmp_path, f'resource "aws_s3_bucket" "one" {{\n  bucket = {GREEDY[case]}\n}}\n'), Unknown)


def test_is_patience_lost_with_patterns_that_take_too_long(tmp_path):
    tried = ", ".join(f'try(regex("(a|a)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{number}!"), "x")' for number in range(100))
    assert isinstance(bucket_of(tmp_path, f'resource "aws_s3_bucket" "one" {{\n  bucket = join("", [{tried}])\n}}\n'), Unknown)


@pytest.mark.parametrize("repeated", ["count = 1000000000", "for_each = toset([for x in range(1000) : tostring(x)])"])
def test_are_more_instances_than_anybody_has_refused(tmp_path, monkeypatch, repeated):
    monkeypatch.setattr(expansion, "_MOST", 5_000)
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(f'resource "aws_s3_bucket" "many" {{\n  {repeated}\n}}\n')
    (tmp_path / "main.tf").write_text('module "many" {\n  source = "./m"\n  count = 1000\n}\n')
    with pytest.raises(InputError, match=r"main\.tf:1:1: makes more than 5000 instances together"):
        check(Options((str(tmp_path),)))


def test_are_modules_that_call_two_of_the_next_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(expansion, "_MOST", 5_000)
    for number in range(40):
        folder = tmp_path / f"m{number}"
        folder.mkdir()
        calls = "".join(f'module "{name}" {{\n  source = "../m{number + 1}"\n}}\n' for name in "ab")
        (folder / "main.tf").write_text(calls if number < 39 else 'resource "aws_s3_bucket" "one" {}\n')
    with pytest.raises(InputError, match="too many to be judged"):
        check(Options((str(tmp_path / "m0"),)))


def test_is_what_a_long_chain_of_locals_hands_on_neither_followed_for_ever_nor_printed(tmp_path):
    chain = "".join(f"  a{number} = local.a{number - 1}\n" for number in range(1, 3000))
    (tmp_path / "main.tf").write_text(
        'variable "key" {\n  default = "chained-canary"\n  sensitive = true\n}\n'
        f"locals {{\n  a0 = var.key\n{chain}}}\n"
        'resource "aws_s3_bucket" "one" {\n  bucket = local.a2999\n}\n'
    )
    (configuration,) = read(str(tmp_path), Options((str(tmp_path),)), region=None)
    assert configuration.resources[0].sensitive == {"bucket"}


@pytest.mark.parametrize("call", ["element([1], 1e999)", "1e999 % 7", 'format("%d", 1e999)', 'substr("a", 1e999, 1)', "slice([1], 0, 1e999)", "chunklist([1], 1e999)",
                                  "range(1e999)", "pow(1e999, -1e999)", "ceil(1e999)", "log(0, 0)", 'parseint("9", 1e999)', "aws_vpc.one.9" + "9" * 5000,
                                  "[1][" + "9" * 5000 + "]", 'cidrsubnet("10.0.0.0/8", 1e999, 1)', 'cidrhost("10.0.0.0/8", 1e999)', "-1e999 * 0", "index([1e999], 1e999)",
                                  'timeadd("2020-01-01T00:00:00Z", "99999999999999999999h")', 'formatdate("YYYY", "9999-99-99T99:99:99Z")'])  # fmt: skip
def test_is_a_number_that_is_none_no_accident(tmp_path, call):
    bucket_of(tmp_path, f'resource "aws_s3_bucket" "one" {{\n  bucket = {call}\n  count  = "1"\n}}\n')


def test_is_a_count_of_more_digits_than_a_number_has_not_known(tmp_path):
    (tmp_path / "main.tf").write_text(
        f'resource "aws_s3_bucket" "one" {{\n  count = "{"9" * 5000}"\n}}\nresource "aws_s3_bucket" "two" {{\n  count = "²"\n}}\n'
    )
    (configuration,) = read(str(tmp_path), Options((str(tmp_path),)), region=None)
    assert [isinstance(one.exists, Unknown) for one in configuration.resources] == [True, True]
