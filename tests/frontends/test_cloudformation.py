"""What do the intrinsic functions of a template come to, and where they are not settled, why?"""

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


def test_is_a_macro_that_is_not_run_noted():
    found = read_template("stack.yaml", b"Transform: Mine\nResources:\n  A: {Type: AWS::S3::Bucket}\n", region=None, parameters={})
    assert [(note.subject, note.reason) for note in found.notes] == [("the transform Mine", "changes the template at deployment, and is not run")]


def resources(text: str, path: str = "stack.yaml", region: str | None = "eu-west-1", **parameters: str):
    found = read_template(path, dedent(text).encode(), region=region, parameters=parameters)
    return {one.address: one for one in found.resources}, [(note.subject, note.reason) for note in found.notes]


LOOPS = """
    Transform: AWS::LanguageExtensions
    Parameters:
      Names: {Type: CommaDelimitedList, Default: "a,b-c"}
      Open: {Type: CommaDelimitedList}
    Conditions:
      Many: !Equals [!Length {Ref: Names}, 2]
    Resources:
      Fn::ForEach::Buckets:
        - Name
        - !Ref Names
        - Bucket&{Name}:
            Type: AWS::S3::Bucket
            Condition: Many
            Properties:
              BucketName: !Sub "x-${Name}-${AWS::Region}"
              Tags:
                Fn::ForEach::Tags: [Tag, [t, u], {"${Tag}": !Ref Name}]
      Fn::ForEach::Outer:
        - X
        - [p, q]
        - Fn::ForEach::Inner:
            - Y
            - ["1", "2"]
            - Table${X}${Y}: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Sub "vpc-${X}${Y}"}}
      Fn::ForEach::Never:
        - Z
        - !Ref Open
        - Lost${Z}: {Type: AWS::S3::Bucket}
      Text:
        Type: AWS::X::Y
        Properties:
          J:
            Fn::ToJsonString: {a: [1, true, !GetAtt Bucketa.Arn], b: "q\\"uote", c: {}}
          N: !Length [1, 2, 3]
          U: !Length {Ref: Open}
"""


def test_are_loops_written_out_with_their_places():
    found, notes = resources(LOOPS)
    assert list(found) == ["stack/Bucketa", "stack/Bucketbc", "stack/Tablep1", "stack/Tablep2", "stack/Tableq1", "stack/Tableq2", "stack/Text"]
    assert found["stack/Bucketbc"].exists is True
    assert dict(found["stack/Bucketbc"].attributes) == {"BucketName": "x-b-c-eu-west-1", "Tags": {"t": "b-c", "u": "b-c"}}
    assert (found["stack/Bucketbc"].location.line, found["stack/Bucketbc"].place("BucketName").line) == (12, 16)
    assert dict(found["stack/Tableq2"].attributes) == {"VpcId": "vpc-q2"}
    assert notes == [("Parameter Open", "has no default; give it with -P NAME=VALUE, so Fn::ForEach::Never makes what is not known")]


def test_are_lengths_and_json_strings_made():
    found, _ = resources(LOOPS)
    text = found["stack/Text"].attributes
    assert text["J"] == Text(('{"a":[1,true,"', Ref("stack/Bucketa", "Arn"), '"],"b":"q\\"uote","c":{}}'))
    assert text["N"] == 3
    assert reasons(text["U"]) == [("Parameter Open", "has no default; give it with -P NAME=VALUE")]


def test_is_a_local_include_put_in_and_no_other(tmp_path):
    (tmp_path / "part.yaml").write_text("Runtime: python3.13\nEnvironment:\n  Variables: {B: data}\n")
    (tmp_path / "whole.json").write_text('{"Mappings": {"M": {"k": {"v": "mapped"}}}}')
    text = """
    Transform: [{Name: AWS::Include, Parameters: {Location: whole.json}}]
    Resources:
      F:
        Type: AWS::Lambda::Function
        Properties:
          FunctionName: !FindInMap [M, k, v]
          Fn::Transform: {Name: AWS::Include, Parameters: {Location: part.yaml}}
      G:
        Type: AWS::Lambda::Function
        Properties:
          FunctionName: g
          Environment: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: "s3://elsewhere/part.yaml"}}}
      H:
        Type: AWS::Lambda::Function
        Properties:
          Environment: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: ../outside.yaml}}}
    """
    found, notes = resources(text, str(tmp_path / "stack.yaml"))
    assert notes == []
    assert dict(found["stack/F"].attributes) == {"FunctionName": "mapped", "Runtime": "python3.13", "Environment": {"Variables": {"B": "data"}}}
    assert reasons(found["stack/G"].attributes["Environment"]) == [("the macro AWS::Include", "is made by a macro at deployment")]
    assert reasons(found["stack/H"].attributes["Environment"]) == [("the macro AWS::Include", "is made by a macro at deployment")]


def test_does_a_macro_leave_open_what_it_touches_and_no_more():
    text = """
    Resources:
      F:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.13
          Fn::Transform: {Name: Rewrite}
      G:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.13
          Fn::Transform: {Name: AWS::Include, Parameters: {Location: "s3://elsewhere/part.yaml"}}
          Environment: {Variables: {A: b, Fn::Transform: {Name: Rewrite}}}
      H: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.13}}
      Fn::Transform: {Name: AddMore}
    """
    found, notes = resources(text, "stack.yaml")
    rewritten, included = (
        [("the macro Rewrite", "is made by a macro at deployment")],
        [("the macro AWS::Include", "is made by a macro at deployment")],
    )
    assert reasons(found["stack/F"].attributes["Runtime"]) == reasons(found["stack/F"].attributes.get("VpcConfig")) == rewritten
    assert found["stack/G"].attributes["Runtime"] == "python3.13"
    assert reasons(found["stack/G"].attributes.get("VpcConfig")) == included
    assert reasons(found["stack/G"].attributes["Environment"]["Variables"]) == rewritten
    assert dict(found["stack/H"].attributes) == {"Runtime": "python3.13"}
    assert notes == [("the macro AddMore", "may make resources at deployment, and is not run")]


def test_are_functions_of_sam_those_of_lambda_with_what_globals_say(tmp_path):
    (tmp_path / "child.yaml").write_text(
        "Parameters: {P: {Type: String}}\nResources:\n  B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref P}}\n"
    )
    text = """
    Transform: AWS::Serverless-2016-10-31
    Globals:
      Function:
        Runtime: python3.13
        Timeout: 5
        VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}
        Environment: {Variables: {A: "1", B: "2"}}
    Resources:
      F:
        Type: AWS::Serverless::Function
        Condition: Always
        Properties:
          CodeUri: s3://code/archive.zip
          Timeout: 9
          VpcConfig: {SubnetIds: [subnet-2]}
          Environment: {Variables: {B: own}}
          Events: {E: {Type: Api, Properties: {Path: /, Method: get}}}
      Nested:
        Type: AWS::Serverless::Application
        Properties: {Location: child.yaml, Parameters: {P: from-parent}}
      Elsewhere:
        Type: AWS::Serverless::Application
        Properties: {Location: {ApplicationId: "arn:aws:serverlessrepo:us-east-1:1:applications/x", SemanticVersion: 1.0.0}}
    Conditions: {Always: !Equals [a, a]}
    """
    found, notes = resources(text, str(tmp_path / "stack.yaml"))
    assert [(one.address, one.type) for one in found.values()] == [
        ("stack/Elsewhere", "AWS::CloudFormation::Stack"),
        ("stack/F", "AWS::Lambda::Function"),
        ("stack/FRole", "AWS::IAM::Role"),
        ("stack/Nested", "AWS::CloudFormation::Stack"),
        ("stack/Nested/B", "AWS::S3::Bucket"),
    ]
    assert dict(found["stack/F"].attributes) == {
        "Runtime": "python3.13",
        "Timeout": 9,
        "VpcConfig": {"SubnetIds": ("subnet-1", "subnet-2"), "SecurityGroupIds": ("sg-1",)},
        "Environment": {"Variables": {"A": "1", "B": "own"}},
        "Role": Ref("stack/FRole", "Arn"),
    }
    assert found["stack/F"].place("VpcConfig").line == 16
    assert dict(found["stack/Nested/B"].attributes) == {"BucketName": "from-parent"}
    assert notes == [("stack/Elsewhere", "is a nested stack whose template is not a file beside its parent's")]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("{Ref: !Sub 'Net${Half}'}", Ref("stack/Network", "Ref")),
        ("!GetAtt [!Join ['', [Net, !Ref Half]], CidrBlock]", "10.0.0.0/16"),
        ("{Ref: !Ref Half}", None),
        ("{Ref: [Network]}", None),
    ],
)
def test_do_the_language_extensions_let_functions_make_a_logical_id(expression, expected):
    found, _ = resources(
        f"""
        Transform: AWS::LanguageExtensions
        Parameters: {{Half: {{Type: String, Default: work}}}}
        Resources:
          Network: {{Type: "AWS::EC2::VPC", Properties: {{CidrBlock: 10.0.0.0/16}}}}
          It: {{Type: "Custom::It", Properties: {{Value: {expression}}}}}
        """
    )
    made = found["stack/It"].attributes["Value"]
    assert isinstance(made, Unknown) if expected is None else made == expected
