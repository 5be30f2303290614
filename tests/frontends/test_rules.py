"""Which stacks does CloudFormation refuse by the rules of their templates?"""

import json

import pytest

from validator.errors import InputError
from validator.frontends.cloudformation.template import read_template
from validator.options import Options
from validator.pipeline import check

PARAMETERS = {
    "Stage": {"Type": "String"},
    "Size": {"Type": "String", "Default": "small"},
    "Zones": {"Type": "CommaDelimitedList", "Default": "a,b"},
    "Vpc": {"Type": "AWS::EC2::VPC::Id", "Default": "vpc-1"},
    "Number": {"Type": "Number", "Default": 3},
}
SMALL, LARGE = ({"Fn::Equals": [{"Ref": "Size"}, size]} for size in ("small", "large"))
PROD = {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}


def notes(rules: object, **parameters: str):
    written = json.dumps({"Parameters": PARAMETERS, "Rules": rules, "Resources": {"Data": {"Type": "AWS::S3::Bucket"}}}, indent=1)
    found = read_template("stack.yaml", written.encode(), region="eu-west-1", parameters=parameters)
    assert found.refused is bool(found.notes)
    return found.notes


def verdict(asserted: object, **parameters: str) -> str:
    """An assertion and its negation: which of them refuses the stack?"""
    no = notes({"Only": {"Assertions": [{"Assert": asserted}]}}, **parameters)
    yes = notes({"Only": {"Assertions": [{"Assert": {"Fn::Not": [asserted]}}]}}, **parameters)
    assert not (no and yes)
    return "violated" if no else "satisfied" if yes else "undecided"


@pytest.mark.parametrize(
    ("asserted", "expected"),
    [
        (SMALL, "satisfied"),
        (LARGE, "violated"),
        (PROD, "undecided"),
        ({"Fn::Equals": [{"Ref": "Number"}, 3]}, "satisfied"),
        ({"Fn::And": [SMALL, LARGE]}, "violated"),
        ({"Fn::And": [SMALL, PROD]}, "undecided"),
        ({"Fn::And": [LARGE, PROD]}, "violated"),
        ({"Fn::Or": [LARGE, PROD]}, "undecided"),
        ({"Fn::Or": [SMALL, PROD]}, "satisfied"),
        ({"Fn::Not": [LARGE]}, "satisfied"),
        ({"Fn::Contains": [["small", "tiny"], {"Ref": "Size"}]}, "satisfied"),
        ({"Fn::Contains": [["large", "huge"], {"Ref": "Size"}]}, "violated"),
        ({"Fn::Contains": [[1, 2, 3], {"Ref": "Number"}]}, "satisfied"),
        ({"Fn::Contains": [["Small"], {"Ref": "Size"}]}, "violated"),
        ({"Fn::Contains": [["dev", "prod"], {"Ref": "Stage"}]}, "undecided"),
        ({"Fn::Contains": [{"Ref": "Zones"}, "b"]}, "satisfied"),
        ({"Fn::Contains": [{"Ref": "Zones"}, "c"]}, "violated"),
        ({"Fn::EachMemberEquals": [["small", "small"], {"Ref": "Size"}]}, "satisfied"),
        ({"Fn::EachMemberEquals": [{"Ref": "Zones"}, "a"]}, "violated"),
        ({"Fn::EachMemberEquals": [["dev", "dev"], {"Ref": "Stage"}]}, "undecided"),
        ({"Fn::EachMemberIn": [{"Ref": "Zones"}, ["a", "b", "c"]]}, "satisfied"),
        ({"Fn::EachMemberIn": [{"Ref": "Zones"}, ["a", "c"]]}, "violated"),
        ({"Fn::EachMemberIn": [[{"Ref": "Stage"}], ["dev"]]}, "undecided"),
        # What the account holds is not in the template.
        ({"Fn::Contains": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, {"Ref": "Vpc"}]}, "undecided"),
        ({"Fn::Equals": [{"Fn::ValueOf": ["Vpc", "Tags.Department"]}, "IT"]}, "undecided"),
        ({"Fn::EachMemberEquals": [{"Fn::ValueOfAll": ["AWS::EC2::VPC::Id", "Tags.Department"]}, "IT"]}, "undecided"),
        ({"Fn::EachMemberIn": [{"Fn::ValueOfAll": ["AWS::EC2::Subnet::Id", "VpcId"]}, {"Fn::RefAll": "AWS::EC2::VPC::Id"}]}, "undecided"),
        # What CloudFormation does not take, or does not document.
        ({"Fn::EachMemberIn": [[], ["a"]]}, "undecided"),
        ({"Fn::Contains": ["small", "small"]}, "undecided"),
        ({"Fn::Contains": [["small"]]}, "undecided"),
        ({"Fn::EachMemberIn": [["a"], "a"]}, "undecided"),
        ({"Condition": "Holds"}, "undecided"),
        ("small", "undecided"),
        (None, "undecided"),
    ],
)
def test_is_an_assertion_decided_in_three_values(asserted, expected):
    assert verdict(asserted) == expected


def test_is_an_assertion_decided_by_the_parameters_that_are_given():
    assert verdict(PROD, Stage="prod") == "satisfied"
    assert verdict(PROD, Stage="dev") == "violated"


def test_does_the_note_quote_the_description_and_stand_at_the_assertion():
    rules = {
        "Sizes": {"Assertions": [{"Assert": SMALL}, {"Assert": LARGE, "AssertDescription": "Only large\n ones"}, {"Assert": {"Fn::Not": [SMALL]}}]}
    }
    told = notes(rules)
    assert [(note.subject, note.reason) for note in told] == [
        ("Rule Sizes", "refuses the stack with these parameters: Only large ones"),
        ("Rule Sizes", "refuses the stack with these parameters"),
    ]
    assert all(note.location.path == "stack.yaml" and note.location.line for note in told)


@pytest.mark.parametrize(("condition", "refused"), [(SMALL, True), (LARGE, False), (PROD, False), ({"Fn::Nothing": []}, False)])
def test_is_only_a_rule_heeded_that_certainly_applies(condition, refused):
    assert bool(notes({"Sizes": {"RuleCondition": condition, "Assertions": [{"Assert": LARGE}]}})) is refused


@pytest.mark.parametrize("rules", [None, {}, {"A": None}, {"A": []}, {"A": {}}, {"A": {"Assertions": "x"}}, {"A": {"Assertions": [None, [], {}]}}])
def test_do_rules_of_odd_shapes_say_nothing(rules):
    assert notes(rules) == ()


def test_must_rules_be_a_mapping():
    with pytest.raises(InputError, match="Rules must be a mapping"):
        notes(["A"])


def nested(folder, condition: object):
    child = {"Parameters": PARAMETERS, "Rules": {"Sizes": {"Assertions": [{"Assert": LARGE}]}}, "Resources": {"Data": {"Type": "AWS::S3::Bucket"}}}
    (folder / "child.json").write_text(json.dumps(child))
    inner = {"Type": "AWS::CloudFormation::Stack", "Condition": "Made", "Properties": {"TemplateURL": "child.json"}}
    parent = {"Parameters": PARAMETERS, "Conditions": {"Made": condition}, "Resources": {"Inner": inner}}
    return read_template(str(folder / "parent.json"), json.dumps(parent).encode(), region="eu-west-1", parameters={})


@pytest.mark.parametrize(("condition", "refused"), [(SMALL, True), (LARGE, False), (PROD, False)])
def test_does_a_nested_stack_that_is_refused_refuse_its_parent(tmp_path, condition, refused):
    assert nested(tmp_path, condition).refused is refused


# --- every allowed value ----------------------------------------------------------------------------------------------------------------


def estate(folder, rules: object) -> str:
    """A function in a subnet whose endpoint depends on one parameter, beside another that rules tie to it."""
    same = {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}
    whole = {
        "Parameters": {name: {"Type": "String", "AllowedValues": ["yes", "no"]} for name in ("Endpoint", "Private")},
        "Conditions": {"WithEndpoint": {"Fn::And": [{"Fn::Equals": [{"Ref": "Endpoint"}, "yes"]}, same]}},
        "Rules": rules,
        "Resources": {
            "Main": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
            "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Main"}, "CidrBlock": "10.0.1.0/24"}},
            "Routes": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Main"}}},
            "Ties": {
                "Type": "AWS::EC2::SubnetRouteTableAssociation",
                "Properties": {"SubnetId": {"Ref": "Subnet"}, "RouteTableId": {"Ref": "Routes"}},
            },
            "S3": {
                "Type": "AWS::EC2::VPCEndpoint",
                "Condition": "WithEndpoint",
                "Properties": {"VpcId": {"Ref": "Main"}, "ServiceName": "com.amazonaws.eu-west-1.s3", "RouteTableIds": [{"Ref": "Routes"}]},
            },
            "Data": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "rules-data"}},
            "Worker": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Runtime": "python3.13",
                    "Environment": {"Variables": {"BUCKET": {"Ref": "Data"}}},
                    "VpcConfig": {"SubnetIds": [{"Ref": "Subnet"}], "SecurityGroupIds": []},
                },
            },
        },
    }
    path = folder / "stack.json"
    path.write_text(json.dumps(whole))
    return str(path)


def equals(name: str, value: str) -> object:
    return {"Fn::Equals": [{"Ref": name}, value]}


def asked(folder, rules: object):
    report = check(Options((estate(folder, rules),), regions=("eu-west-1",), every_allowed_value=True))
    (access,) = report.analysis.accesses
    return access.disposition.value, sorted(cause.subject for cause in access.causes), [note.subject for note in report.notes]


def test_are_combinations_that_a_rule_forbids_not_judged(tmp_path):
    assert asked(tmp_path, {}) == ("unknown", ["Parameter Endpoint"], [])
    assert asked(tmp_path, {"Always": {"Assertions": [{"Assert": equals("Endpoint", "yes")}]}}) == ("via-gateway-endpoint", [], [])
    tied = {"Tied": {"RuleCondition": equals("Private", "yes"), "Assertions": [{"Assert": equals("Endpoint", "yes")}]}}
    assert asked(tmp_path, tied) == ("unknown", ["Parameter Endpoint"], [])


def test_is_the_only_combination_that_is_left_judged(tmp_path):
    found = asked(tmp_path, {"Both": {"Assertions": [{"Assert": {"Fn::And": [equals("Endpoint", "yes"), equals("Private", "no")]}}]}})
    assert found == ("via-gateway-endpoint", [], [])


def test_are_parameters_told_that_rules_let_change_only_together(tmp_path):
    together = {"Fn::Or": [{"Fn::And": [equals("Endpoint", one), equals("Private", one)]} for one in ("yes", "no")]}
    assert asked(tmp_path, {"Same": {"Assertions": [{"Assert": together}]}}) == ("unknown", ["Parameter Endpoint", "Parameter Private"], [])


def test_is_everything_told_where_every_combination_is_forbidden(tmp_path):
    never = {"Never": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "b"]}, "AssertDescription": "No."}]}}
    assert asked(tmp_path, never) == ("unknown", ["Parameter Endpoint"], ["Rule Never"])
