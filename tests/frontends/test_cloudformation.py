"""What do the intrinsic functions of a template come to, and where they are not settled, why?"""

import json
from textwrap import dedent, indent

import pytest

from validator.errors import InputError
from validator.frontends.cloudformation.template import read_template
from validator.values import Ref, Text, Unknown

HEAD = """
    Parameters:
      Name: {Type: String, Default: data}
      Open: {Type: String}
      Choice: {Type: String, AllowedValues: [a, b]}
      Subnets: {Type: "List<AWS::EC2::Subnet::Id>", Default: "subnet-1,subnet-2"}
      Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /some/key}
      Nothing: {Type: CommaDelimitedList, Default: ""}
      Either: {Type: String, AllowedValues: ["a,b", "c"]}
      Secret: {Type: String, NoEcho: true, Default: hush}
    Mappings:
      Regions:
        eu-west-1: {Bucket: ireland}
        us-east-1: {Bucket: virginia}
    Conditions:
      Holds: !Equals [!Ref Name, data]
      Fails: !Not [!Condition Holds]
      Maybe: !Equals [!Ref Open, x]
      NotC: !Equals [!Ref Choice, c]
      Both: !And [!Condition Holds, !Condition Maybe]
      Neither: !And [!Condition Fails, !Condition Maybe]
      Either: !Or [!Condition Holds, !Condition Maybe]
"""


def template(body: str, *, region: str | None = "eu-west-1", **parameters: str):
    text = dedent(HEAD) + "Resources:\n" + indent(dedent(body).strip("\n"), "  ") + "\n"
    return read_template("stack.yaml", text.encode(), region=region, parameters=parameters)


def value(expression: str, *, region: str | None = "eu-west-1", **parameters: str):
    body = f"""
    Thing:
      Type: AWS::S3::Bucket
    Network:
      Type: AWS::EC2::VPC
      Properties: {{CidrBlock: 10.0.0.0/16}}
    Zone:
      Type: AWS::EC2::Subnet
      Properties: {{VpcId: !Ref Network, CidrBlock: !GetAtt Zone.CidrBlock}}
    Made:
      Type: Custom::Made
    It:
      Type: Custom::It
      Properties:
        Value: {expression}
    """
    found = {one.address: one for one in template(body, region=region, **parameters).resources}
    return found["stack/It"].attributes.get("Value", "absent")


def reasons(found: Unknown) -> list[tuple[str, str]]:
    return [(cause.subject, cause.reason) for cause in found.causes]


@pytest.mark.parametrize(
    ("expression", "known"),
    [
        ("!Ref Name", "data"),
        ("!Ref Subnets", ("subnet-1", "subnet-2")),
        ("!Ref AWS::Region", "eu-west-1"),
        ("!Ref AWS::Partition", "aws"),
        ("!Ref AWS::URLSuffix", "amazonaws.com"),
        ("!Ref AWS::NoValue", "absent"),
        ("!Ref Thing", Ref("stack/Thing", "Ref")),
        ("!GetAtt Thing.Arn", Ref("stack/Thing", "Arn")),
        ("!GetAtt [Thing, Arn]", Ref("stack/Thing", "Arn")),
        ("!Sub 's3://${Name}/${AWS::Region}/${!Literal}'", "s3://data/eu-west-1/${Literal}"),
        ("!Sub ['${A}-${Name}', {A: !Ref AWS::Region}]", "eu-west-1-data"),
        ("!Sub 's3://${Thing}/x'", Text(("s3://", Ref("stack/Thing", "Ref"), "/x"))),
        ("!Sub '${Thing.Arn}/*'", Text((Ref("stack/Thing", "Arn"), "/*"))),
        ("!Join ['-', [a, !Ref Name, c]]", "a-data-c"),
        ("!Join [',', !Ref Subnets]", "subnet-1,subnet-2"),
        ("!Split [',', 'a,b']", ("a", "b")),
        ("!Split [':', !GetAtt Thing.Arn]", ("arn", "aws", "s3", "", "", Ref("stack/Thing", "Ref"))),
        ("!Select [5, !Split [':', !GetAtt Thing.Arn]]", Ref("stack/Thing", "Ref")),
        ("!Split [',', !Ref Thing]", (Ref("stack/Thing", "Ref"),)),
        ("!Split [',', !GetAtt Network.CidrBlock]", ("10.0.0.0/16",)),
        ("!GetAtt Zone.VpcId", Ref("stack/Network", "Ref")),
        ("!GetAtt Zone.CidrBlock", Ref("stack/Zone", "CidrBlock")),
        ("!GetAtt Zone.AvailabilityZone", Ref("stack/Zone", "AvailabilityZone")),
        ("!Select [1, !Cidr [!GetAtt Network.CidrBlock, 2, 8]]", "10.0.1.0/24"),
        ("!Select [0, !Ref Nothing]", ""),
        ("!Ref Nothing", ("",)),
        ("!Select [1, !Ref Subnets]", "subnet-2"),
        ("!Select ['0', [x, y]]", "x"),
        ("!FindInMap [Regions, !Ref AWS::Region, Bucket]", "ireland"),
        ("!If [Holds, one, two]", "one"),
        ("!If [Fails, one, two]", "two"),
        ("!If [Fails, one, !Ref AWS::NoValue]", "absent"),
        ("!If [Maybe, same, same]", "same"),
        ("!ImportValue shared-vpc", Ref("export:shared-vpc", "value")),
        ("!ImportValue {'Fn::Sub': '${Name}-vpc'}", Ref("export:data-vpc", "value")),
        ("!Base64 'aws s3 ls'", "aws s3 ls"),
        ("!Cidr ['10.0.0.0/16', 3, 8]", ("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24")),
        ("[a, !Ref AWS::NoValue, b]", ("a", "b")),
        ("12", 12),
        ("true", True),
    ],
)
def test_is_what_is_settled_known(expression, known):
    assert value(expression) == known


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("!Ref Open", [("Parameter Open", "has no default; give it with -P NAME=VALUE")]),
        (
            "!Ref Stored",
            [
                (
                    "Parameter Stored (/some/key)",
                    "is looked up in the parameter store at deployment; give what is there with -P resolve:ssm:NAME=VALUE",
                )
            ],
        ),
        ("!Ref AWS::AccountId", [("AWS::AccountId", "is given at deployment; give it with -P AWS::AccountId=VALUE")]),
        ("!Ref Nobody", [("Nobody", "is neither a parameter nor a resource of the template")]),
        ("!GetAtt Nobody.Arn", [("Nobody", "is not a resource of the template")]),
        ("!GetAZs ''", [("the Availability Zones", "are chosen at deployment")]),
        ("!Transform {Name: x}", [("the macro x", "is made by a macro at deployment")]),
        ("'{{resolve:ssm:/a/b}}'", [("ssm:/a/b", "is looked up at deployment; give what is there with -P resolve:ssm:NAME=VALUE")]),
        ("!Split [',', !Ref Made]", [("stack/Made.Ref", "is taken by Fn::Split from a list that is known only after deployment")]),
        ("!Sub {'Fn::Transform': {Name: y}}", [("the macro y", "is made by a macro at deployment")]),
        ("!FindInMap [!Ref Open, a, b]", [("Parameter Open", "has no default; give it with -P NAME=VALUE")]),
        ("!Cidr [!Ref Open, 2, 8]", [("Parameter Open", "has no default; give it with -P NAME=VALUE")]),
        ("!ImportValue {'Fn::Sub': '${Open}-vpc'}", [("Parameter Open", "has no default; give it with -P NAME=VALUE, which names an export")]),
        ("!Select [7, !Ref Subnets]", [("Fn::Select", "selects what is not in the list")]),
        ("!FindInMap [Regions, moon, Bucket]", [("Mapping Regions", "has no such entry")]),
        ("!Cidr ['10.0.0.0/16', 300, 8]", [("the CIDR blocks", "do not fit into their block")]),
        ("!Cidr ['10.0.0.0/16', 1, 99999999999]", [("the CIDR blocks", "do not fit into their block")]),
    ],
)
def test_is_what_is_not_settled_unknown_with_its_cause(expression, why):
    assert reasons(value(expression)) == why


def test_is_a_parameter_given_on_the_command_line():
    assert value("!Ref Open", Open="given") == "given"
    assert value("!Ref Subnets", Subnets="subnet-9") == ("subnet-9",)


@pytest.mark.parametrize(
    ("expression", "known"),
    [
        ("!Ref Stored", "vpc-1"),
        ("'{{resolve:ssm:/a/b:3}}-x'", "c-x"),
        ("!Sub 'data-${AWS::AccountId}'", "data-123456789012"),
        ("!Ref AWS::StackName", "production"),
        ("!Ref Open", "mine"),
    ],
)
def test_is_what_a_deployment_decides_given_like_a_parameter(expression, known):
    given = {"resolve:ssm:/some/key": "vpc-1", "resolve:ssm:/a/b": "c", "AWS::AccountId": "123456789012", "Open": "all"}
    assert value(expression, **given, **{"stack/AWS::StackName": "production", "stack/Open": "mine", "other/Open": "theirs"}) == known


def test_is_what_nobody_knows_the_same_wherever_it_stands():
    expression = "{A: !Ref AWS::AccountId, B: !Select [2, !Split ['/', !Ref AWS::StackId]], C: !Select [1, !Split ['/', !Ref AWS::StackId]]}"
    one, other = value(expression), value(expression)
    assert [one[name].same_as(other[name]) for name in "ABC"] == [True, True, True]
    assert not one["B"].same_as(one["C"])


def test_is_what_is_taken_from_an_open_choice_bounded():
    found = value("!Select [0, !Split [',', !Ref Either]]")
    assert found.among == ("a", "b", "c")


def test_is_an_undecided_choice_bounded_by_both_sides():
    found = value("!If [Maybe, one, !Ref Thing]")
    assert found.among == (Ref("stack/Thing", "Ref"), "one") or set(found.among) == {Ref("stack/Thing", "Ref"), "one"}
    assert found.mentions == (Ref("stack/Thing", "Ref"),)


def test_is_an_undecided_choice_with_nothing_on_one_side_not_bounded():
    assert value("!If [Maybe, one, !Ref AWS::NoValue]").among is None


@pytest.mark.parametrize("made", [{"Ref": "Nowhere"}, {"Fn::GetAtt": ["Nowhere", "Arn"]}, {"Fn::Sub": "${Nowhere}"}, {"Fn::If": ["Nowhere", 1, 2]},
                                  {"Fn::FindInMap": ["Nowhere", "a", "b"]}, {"Fn::Nowhere": 1}, {"Fn::ImportValue": "Nowhere"}])  # fmt: skip
def test_is_what_a_cause_names_plain_text(made):
    """Not text that knows its place, which no encoder takes."""
    body = json.dumps({"Resources": {"It": {"Type": "Custom::It", "Condition": "Nowhere", "Properties": {"Value": made}}}})
    (it,) = read_template("stack.json", body.encode(), region="eu-west-1", parameters={}).resources
    held = [it.exists, it.attributes["Value"]]
    assert {type(text) for one in held if isinstance(one, Unknown) for cause in one.causes for text in (cause.subject, cause.reason)} == {str}


def test_is_a_mapping_by_an_open_region_bounded_by_its_entries():
    assert value("!FindInMap [Regions, !Ref AWS::Region, Bucket]", region=None).among == ("ireland", "virginia")


@pytest.mark.parametrize(
    ("condition", "truth"),
    [("Holds", True), ("Fails", False), ("NotC", False), ("Neither", False), ("Either", True), ("Maybe", None), ("Both", None)],
)
def test_is_a_condition_three_valued(condition, truth):
    (resource,) = template(f"It: {{Type: Custom::It, Condition: {condition}}}").resources
    if truth is None:
        assert reasons(resource.exists) == [("Parameter Open", "has no default; give it with -P NAME=VALUE")]
    else:
        assert resource.exists is truth


def test_is_what_a_noecho_parameter_makes_sensitive():
    (resource,) = template(
        "It: {Type: Custom::It, Properties: {A: {B: !Ref Secret, C: !Ref Name}, D: !Sub 'x${Secret}', E: '{{resolve:secretsmanager:x}}'}}"
    ).resources
    assert resource.sensitive == {"A.B"}
    # In a longer text only the piece is kept out.
    piece, text = resource.attributes["D"].parts[1], resource.attributes["D"].parts[0]
    assert (text, reasons(piece)) == ("x", [("a part of the text", "is marked NoEcho")])
    assert reasons(resource.attributes["E"]) == [("secretsmanager:x", "is looked up at deployment")]


def test_do_properties_keep_their_places():
    (resource,) = template("It:\n  Type: Custom::It\n  Properties:\n    One: 1\n    Two:\n      Three: 3").resources
    lines = dedent(HEAD).count("\n") + 1
    assert (resource.location.line, resource.location.column) == (lines + 1, 3)
    assert resource.place("Two.Three").line == lines + 6
    assert resource.place("Two.Three.Four").line == lines + 6


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Resources: []", "stack.yaml:1:12: Resources must be a mapping"),
        ("Description: x", "stack.yaml: has no Resources, expected a CloudFormation template or a Terraform plan"),
        ("Resources:\n  A: {Properties: {}}\n  B: 7\n", "stack.yaml:2:3: resource A has no Type"),
        ("Resources: {A: [}", "stack.yaml:1:"),
        ("Resources:\n  A: {Type: X}\n  A: {Type: Y}\n", "stack.yaml:2:3: Duplicate found 'A'"),
        ("- just\n- a list\n", "stack.yaml: is not a mapping, expected a CloudFormation template with Resources"),
    ],
)
def test_is_a_mistake_one_line_with_its_place(text, told):
    with pytest.raises(InputError) as raised:
        read_template("stack.yaml", text.encode(), region=None, parameters={})
    assert raised.value.mistakes[0].startswith(told)
    assert all("\n" not in mistake for mistake in raised.value.mistakes)


def test_are_all_mistakes_told_at_once():
    with pytest.raises(InputError) as raised:
        read_template("stack.yaml", b"Resources:\n  A: {Properties: {}}\n  B: 7\n", region=None, parameters={})
    assert raised.value.mistakes == (
        "stack.yaml:2:3: resource A has no Type",
        "stack.yaml:3:3: resource B must be a mapping with Type and Properties",
    )


def test_does_json_read_like_yaml():
    found = read_template(
        "stack.json",
        b'{"Resources":{"A":{"Type":"AWS::S3::Bucket","Properties":{"BucketName":{"Fn::Sub":"x-${AWS::Region}"}}}}}',
        region="eu-west-1",
        parameters={},
    )
    assert found.resources[0].attributes == {"BucketName": "x-eu-west-1"}


@pytest.mark.parametrize("text", ["a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\nResources: {A: {Type: X, Properties: {P: *f}}}", "Resources: {A: {Type: X, Properties: {P: " + "[" * 400 + "]" * 400 + "}}}"])  # fmt: skip
def test_does_a_bomb_end(text):
    try:
        read_template("stack.yaml", text.encode(), region=None, parameters={})
    except InputError as error:
        assert len(error.mistakes) == 1


@pytest.mark.parametrize("innermost", ["x", {"Ref": "AWS::StackId"}])
@pytest.mark.parametrize("function", ["Fn::Sub", "Fn::Join"])
def test_is_a_text_that_doubles_with_each_function_not_made(innermost, function):
    made = innermost
    for _ in range(50):
        made = {"Fn::Sub": ["${A}${A}", {"A": made}]}
    made = {"Fn::Join": ["", [made, made]]} if function == "Fn::Join" else made
    body = json.dumps({"Resources": {"It": {"Type": "Custom::It", "Properties": {"Value": made}}}})
    (it,) = read_template("stack.json", body.encode(), region="eu-west-1", parameters={}).resources
    assert "is too long" in str(it.attributes["Value"])


def test_are_loops_in_loops_that_make_more_than_a_template_holds_refused():
    made = {"B${A}": {"Type": "AWS::S3::Bucket"}}
    for number in range(8):
        name = f"V{number}"
        made = {f"Fn::ForEach::L{number}": [name, [str(one) for one in range(50)], {f"{key}${{{name}}}": one for key, one in made.items()}]}
    body = json.dumps({"Transform": "AWS::LanguageExtensions", "Resources": made})
    with pytest.raises(InputError, match=r"stack\.json:.* makes more than 20000 members"):
        read_template("stack.json", body.encode(), region="eu-west-1", parameters={})


def test_does_the_time_to_read_not_grow_with_the_square_of_the_keys():
    text = "Resources: {A: {Type: X, Properties: {" + ", ".join(f"k{number}: 1" for number in range(60_000)) + "}}}"
    found = read_template("stack.yaml", text.encode(), region=None, parameters={})
    assert len(found.resources[0].attributes) == 60_000


def test_is_json_with_tabs_read_with_its_places():
    text = '{\n\t"Resources": {\n\t\t"A": {"Type": "X", "Properties": {"P": "a b"}}\n\t}\n}\n'
    (resource,) = read_template("stack.json", text.encode(), region=None, parameters={}).resources
    assert (resource.location.line, resource.location.column, resource.attributes["P"]) == (3, 3, "a b")


def test_are_merged_keys_still_merged():
    text = "Resources:\n  A: {Type: X, Properties: &base {P: 1, Q: 2}}\n  B: {Type: X, Properties: {<<: *base, Q: 3}}\n"
    found = read_template("stack.yaml", text.encode(), region=None, parameters={})
    assert found.resources[1].attributes == {"P": 1, "Q": 3}
