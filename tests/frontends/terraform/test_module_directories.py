"""What does a module directory declare, and what is said of what cannot be told?"""

from pathlib import Path

import pytest

from validator.conversion.convert import convert
from validator.errors import InputError
from validator.frontends.reading import read
from validator.options import Options
from validator.resource import Configuration
from validator.values import Cause, Ref, Text, Unknown


def module(folder: Path, **files: str) -> Path:
    """A module directory with files, whose names have ``__`` for the dot and ``___`` for the slash."""
    for name, text in files.items():
        path = folder / name.replace("___", "/").replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def configuration(folder: Path, **options: object) -> Configuration:
    (found,) = read(str(folder), Options((str(folder),), **options), region=None)
    return found


def attributes(folder: Path, address: str, **options: object) -> dict[str, object]:
    return dict(next(one for one in configuration(folder, **options).resources if one.address == address).attributes)


def causes(value: object) -> list[tuple[str, str]]:
    assert isinstance(value, Unknown)
    return [(one.subject, one.reason) for one in value.causes]


def test_do_overrides_replace_attributes_and_blocks_of_a_type(tmp_path):
    module(
        tmp_path,
        main__tf='resource "x_y" "z" {\n  a = 1\n  b = 2\n  in {\n c = 1\n}\n  in {\n c = 2\n}\n keep {}\n}\n',
        late_override__tf='resource "x_y" "z" {\n  b = 3\n  in {\n c = 9\n}\n}\n',
    )
    assert attributes(tmp_path, "x_y.z") == {"a": 1, "b": 3, "keep": ({},), "in": ({"c": 9},)}


def test_do_json_and_opentofu_files_count_and_a_tofu_file_hides_its_twin(tmp_path):
    module(
        tmp_path,
        a__tf='resource "x_y" "hidden" {}\n',
        a__tofu='resource "x_y" "shown" {}\n',
        b__tf__json='{"resource": {"x_y": {"json": {"v": "${1 + 1}", "l": [{"n": "a-${local.s}"}], "dynamic": {"d": {"for_each": [1, 2], "content":'
        ' {"v": "${d.value}"}}}}}}, "locals": {"s": "é"}, "//": "a comment"}',
    )
    assert [one.address for one in configuration(tmp_path).resources] == ["x_y.json", "x_y.shown"]
    assert attributes(tmp_path, "x_y.json") == {"v": 2, "l": ({"n": "a-é"},), "d": ({"v": 1}, {"v": 2})}


def test_are_positions_those_of_the_attribute(tmp_path):
    module(tmp_path, main__tf='resource "x_y" "z" {\n  a = { b = [1, 2] }\n\n  in {\n    c = 1\n  }\n}\n')
    (one,) = configuration(tmp_path).resources
    shown = {name: (place.line, place.column) for name, place in one.positions.items()}
    assert shown == {
        "a": (2, 3), "a.b": (2, 9), "a.b.0": (2, 14), "a.b.1": (2, 17), "in": (4, 3), "in.c": (5, 5), "in.0": (4, 3), "in.0.c": (5, 5),
    }  # fmt: skip


VARIABLES = 'variable "v" {\n  default = "default"\n}\nresource "x_y" "z" {\n  v = var.v\n}\n'


def test_have_variables_the_precedence_of_terraform(tmp_path, monkeypatch):
    module(tmp_path, main__tf=VARIABLES)
    assert attributes(tmp_path, "x_y.z") == {"v": "default"}
    monkeypatch.setenv("TF_VAR_v", "environment")
    assert attributes(tmp_path, "x_y.z") == {"v": "default"}
    assert attributes(tmp_path, "x_y.z", variables_from_environment=True) == {"v": "environment"}
    module(tmp_path, terraform__tfvars='v = "tfvars"\n')
    assert attributes(tmp_path, "x_y.z", variables_from_environment=True) == {"v": "tfvars"}
    module(tmp_path, b__auto__tfvars='v = "auto b"\n', a__auto__tfvars__json='{"v": "auto a ${not a template}"}')
    assert attributes(tmp_path, "x_y.z") == {"v": "auto b"}
    given = tmp_path / "given.tfvars"
    given.write_text('v = "file"\n')
    assert attributes(tmp_path, "x_y.z", variable_files=(given,)) == {"v": "file"}
    assert attributes(tmp_path, "x_y.z", variable_files=(given,), variables={"v": "option"}) == {"v": "option"}


def test_is_a_variable_without_a_value_unknown_with_its_place(tmp_path):
    module(tmp_path, main__tf='variable "v" {}\nresource "x_y" "z" {\n  v = "a-${var.v}"\n}\n')
    found = attributes(tmp_path, "x_y.z")["v"]
    assert isinstance(found, Text)
    assert causes(found.parts[1]) == [("var.v", "has no value and no default; give one with --var or --var-file")]
    assert str(found.parts[1].causes[0].location) == f"{tmp_path}/main.tf:1:1"


def test_is_an_undeclared_variable_of_the_command_line_refused(tmp_path):
    module(tmp_path, main__tf=VARIABLES)
    with pytest.raises(InputError, match='has no variable "w", which --var sets'):
        configuration(tmp_path, variables={"w": "1"})


def test_are_objects_completed_and_values_converted(tmp_path):
    module(
        tmp_path,
        main__tf='variable "v" {\n  type = object({ a = string, b = optional(number, 3), c = optional(list(string)), s = set(string) })\n}\n'
        'resource "x_y" "z" {\n  v = var.v\n}\n',
    )
    found = attributes(tmp_path, "x_y.z", variables={"v": '{ a = 1, s = ["q", "p", "q"], extra = true }'})
    assert found == {"v": {"a": "1", "b": 3, "c": None, "s": ("p", "q")}}


def test_does_a_module_that_is_not_there_leave_the_rest(tmp_path):
    module(
        tmp_path,
        main__tf='module "far" {\n  source = "example/far/aws"\n}\nresource "x_y" "z" {\n  a = module.far.id\n  b = 1\n}\n'
        'module "near" {\n  source = "./near"\n  v      = module.far.id\n}\n',
        near___main__tf='variable "v" {}\nresource "x_y" "inner" {\n  v = var.v\n  w = path.module\n}\n',
    )
    found = configuration(tmp_path)
    assert [one.address for one in found.resources] == ["module.near.x_y.inner", "x_y.z"]
    told = ("module.far", "is a module that is not downloaded; run terraform init")
    assert [(one.subject, one.reason) for one in found.notes] == [told]
    assert causes(attributes(tmp_path, "x_y.z")["a"]) == [told]
    assert causes(attributes(tmp_path, "module.near.x_y.inner")["v"]) == [told]
    assert attributes(tmp_path, "module.near.x_y.inner")["w"] == "near"


def test_are_downloaded_modules_found_by_their_manifest(tmp_path):
    module(
        tmp_path,
        main__tf='module "far" {\n  source = "example/far/aws"\n}\n',
        __terraform___modules___modules__json='{"Modules": [{"Key": "far", "Source": "x", "Dir": ".terraform/modules/far"}]}',
        __terraform___modules___far___main__tf='resource "x_y" "z" {}\n',
    )
    assert [one.address for one in configuration(tmp_path).resources] == ["module.far.x_y.z"]


def test_does_a_module_that_calls_itself_come_to_an_end(tmp_path):
    module(tmp_path, main__tf='module "again" {\n  source = "./"\n}\n')
    assert configuration(tmp_path).notes[0].reason == "is a module that calls itself"


def test_do_values_that_refer_to_themselves_come_to_an_end(tmp_path):
    module(tmp_path, main__tf='locals {\n  a = local.b\n  b = local.a\n}\nresource "x_y" "z" {\n  a = local.a\n}\n')
    assert ("local.a", "refers to itself") in causes(attributes(tmp_path, "x_y.z")["a"])


def test_are_instances_that_may_be_there_marked(tmp_path):
    module(
        tmp_path,
        main__tf='variable "on" {}\nvariable "names" {}\nresource "x_y" "count" {\n  count = var.on ? 2 : 1\n}\n'
        'resource "x_y" "each" {\n  for_each = toset(var.names)\n  n = each.key\n}\nresource "x_y" "z" {\n  a = x_y.each["q"].id\n}\n',
    )
    found = {one.address: one.exists for one in configuration(tmp_path).resources}
    assert list(found) == ["x_y.count[0]", "x_y.count[1]", "x_y.each[*]", "x_y.z"]
    assert found["x_y.count[0]"] is True
    assert [one.subject for one in found["x_y.count[1]"].causes] == ["var.on"]
    assert [one.subject for one in found["x_y.each[*]"].causes] == ["var.names"]
    assert attributes(tmp_path, "x_y.z")["a"].mentions == (Ref("x_y.each[*]", "id"),)


def test_do_regions_come_through_aliases_and_modules(tmp_path):
    module(
        tmp_path,
        main__tf='variable "r" {\n  default = "eu-west-1"\n}\nprovider "aws" {\n  region = var.r\n}\nprovider "aws" {\n  alias  = "far"\n'
        '  region = "us-east-1"\n}\nresource "aws_x" "near" {}\nresource "aws_x" "far" {\n  provider = aws.far\n}\n'
        'resource "aws_x" "own" {\n  region = "ap-south-1"\n}\nmodule "m" {\n  source    = "./m"\n  providers = { aws = aws.far, aws.other = aws }\n}\n'
        'module "n" {\n  source = "./m"\n  providers = { aws.other = aws.far }\n}\n',
        m___main__tf='resource "aws_x" "plain" {}\nresource "aws_x" "other" {\n  provider = aws.other\n}\n'
        'data "aws_region" "here" {}\nresource "aws_x" "told" {\n  v = data.aws_region.here.name\n}\n',
    )
    assert {one.address: one.region for one in configuration(tmp_path).resources if one.mode == "managed"} == {
        "aws_x.near": "eu-west-1", "aws_x.far": "us-east-1", "aws_x.own": "ap-south-1",
        "module.m.aws_x.plain": "us-east-1", "module.m.aws_x.other": "eu-west-1", "module.m.aws_x.told": "us-east-1",
        "module.n.aws_x.plain": "eu-west-1", "module.n.aws_x.other": "us-east-1", "module.n.aws_x.told": "eu-west-1",
    }  # fmt: skip
    assert attributes(tmp_path, "module.m.aws_x.told") == {"v": "us-east-1"}


def test_is_a_policy_document_written_as_the_provider_writes_it(tmp_path):
    module(
        tmp_path,
        main__tf='data "aws_iam_policy_document" "d" {\n  statement {\n    sid       = "A"\n    actions   = ["s3:GetObject"]\n'
        '    resources = [aws_s3_bucket.b.arn, "${aws_s3_bucket.b.arn}/*"]\n    principals {\n      type = "AWS"\n      identifiers = ["*"]\n    }\n'
        '    condition {\n      test = "StringEquals"\n      variable = "aws:SourceVpce"\n      values = ["vpce-1"]\n    }\n  }\n}\n'
        'resource "aws_s3_bucket" "b" {}\nresource "x_y" "z" {\n  v = data.aws_iam_policy_document.d.json\n}\n',
    )
    found = attributes(tmp_path, "x_y.z")["v"]
    assert isinstance(found, Text)
    assert "".join(part if isinstance(part, str) else f"<{part}>" for part in found.parts) == (
        '{"Statement":[{"Action":"s3:GetObject","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}},"Effect":"Allow",'
        '"Principal":{"AWS":"*"},"Resource":["<aws_s3_bucket.b.arn>","<aws_s3_bucket.b.arn>/*"],"Sid":"A"}],"Version":"2012-10-17"}'
    )


def test_are_files_read_inside_the_tree_and_never_outside(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    folder = module(
        tmp_path / "root",
        inside__txt="inside",
        main__tf='resource "x_y" "z" {\n  a = file("inside.txt")\n  b = file("../secret.txt")\n  c = file("link.txt")\n'
        '  d = sort(fileset(path.module, "*.txt"))\n  e = file("/etc/hostname")\n  f = fileexists("../secret.txt")\n}\n',
    )
    (folder / "link.txt").symlink_to(secret)
    found = attributes(folder, "x_y.z")
    outside = "cannot be evaluated: it calls file, which is outside the module tree, and only files inside are read"
    assert found["a"] == "inside"
    assert [causes(found[name]) for name in "bce"] == [[("file(...)", outside)]] * 3
    assert causes(found["f"]) == [("fileexists(...)", outside.replace("calls file", "calls fileexists"))]
    assert "secret" not in str(found["d"])


def test_are_all_mistakes_of_a_module_told_with_their_places(tmp_path):
    module(tmp_path, a__tf='resource "x_y" {\n  a = = 1\n}\n', b__tf="locals {\n  a = 1\n  a = 2\n}\n", c__tf__json="{]\n")
    with pytest.raises(InputError) as refused:
        configuration(tmp_path)
    assert refused.value.mistakes == (
        f'{tmp_path}/a.tf:2:7: "=" is not expected here, in the Terraform language',
        f'{tmp_path}/b.tf:3:3: "a" is set twice, first in line 2',
        f"{tmp_path}/c.tf.json:1:2: is not JSON, expected Terraform's JSON syntax",
    )


@pytest.mark.parametrize(
    "text",
    [
        "locals {\n a = " + "(" * 5000 + "1" + ")" * 5000 + "\n}\n",
        "locals {\n a = " + "[" * 5000 + "]" * 5000 + "\n}\n",
        "locals {\n a = " + "-" * 5000 + "1\n}\n",
        "locals {\n a = <<EOT\n" + "${" * 3000 + "\nEOT\n}\n",
        (
            'resource "x_y" "z" {\n  a = range(1000000000)\n  b = pow(10, 1000000000)\n  c = format("%1000000000d", 1)\n'
            '  d = regex("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")\n  e = cidrsubnets("::/0", range(1000)...)\n'
            '  f = replace("aaaaaaaaaa", "", format("%09999999d", 1))\n}\n'
        ),
    ],
    ids=["parentheses", "lists", "signs", "templates", "numbers"],
)
def test_do_hostile_sources_end_in_an_answer_or_one_clear_line(text, tmp_path):
    module(tmp_path, main__tf=text)
    try:
        for one in configuration(tmp_path).resources:
            assert all(isinstance(value, Unknown) for value in dict(one.attributes).values())
    except InputError as refused:
        assert len(refused.mistakes) == 1
        assert refused.mistakes[0].startswith(f"{tmp_path}/main.tf")


def test_is_what_is_made_from_a_sensitive_variable_marked(tmp_path):
    module(
        tmp_path,
        main__tf='variable "s" {\n  default = "hunter2"\n  sensitive = true\n}\nlocals {\n  l = "x-${var.s}"\n}\n'
        'resource "x_y" "z" {\n  a = local.l\n  b = 1\n  in {\n    c = var.s\n    d = "plain"\n  }\n  e = tonumber(var.s)\n}\n',
    )
    (one,) = configuration(tmp_path).resources
    assert one.sensitive == {"a", "in.c", "e"}
    assert "hunter2" not in str(one.attributes["e"])


def test_is_a_function_of_the_world_unknown_by_its_name(tmp_path):
    module(tmp_path, main__tf='resource "x_y" "z" {\n  a = timestamp()\n  b = nosuch(1)\n}\n')
    found = attributes(tmp_path, "x_y.z")
    assert found["a"].causes[0].subject == "timestamp()"
    assert found["b"].causes[0] == Cause("calls a function that is not known here", "nosuch()", found["b"].causes[0].location)


def test_is_what_a_data_source_looks_up_not_taken_for_absent(tmp_path):
    module(
        tmp_path,
        main__tf="""
data "aws_vpc_endpoint" "s3" {
  service_name = "com.amazonaws.eu-west-1.s3"
}
data "aws_subnet" "a" {
  tags = { Name = "a" }
}
""",
    )
    topology = convert([configuration(tmp_path)])
    endpoint = topology.endpoints["data.aws_vpc_endpoint.s3"]
    assert causes(endpoint.type) == [("data.aws_vpc_endpoint.s3.vpc_endpoint_type", "is looked up only at apply")]
    assert causes(endpoint.private_dns) == [("data.aws_vpc_endpoint.s3.private_dns_enabled", "is looked up only at apply")]
    assert causes(topology.subnets["data.aws_subnet.a"].vpc) == [("data.aws_subnet.a.vpc_id", "is looked up only at apply")]
