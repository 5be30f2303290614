"""What do transforms make of a template: loops, includes, SAM, the language extensions, and macros that nobody runs?"""

from textwrap import dedent

import pytest
from test_cloudformation import reasons

from validator.frontends.cloudformation.template import read_template
from validator.values import Ref, Text, Unknown


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


OPEN_LOOPS = """
    Transform: AWS::LanguageExtensions
    Parameters:
      Open: {Type: CommaDelimitedList}
    Resources:
      Data: {Type: AWS::S3::Bucket}
      Function:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.13
          Environment:
            Variables:
              MODE: fast
              Fn::ForEach::Buckets: [Name, !Ref Open, {"BUCKET_${Name}": !Ref Data}]
      Other:
        Type: AWS::X::Y
        Properties:
          A: b
          Fn::ForEach::More: [Name, !Ref Open, {"${Name}": c}]
"""


def test_is_a_mapping_with_a_loop_over_what_is_not_known_open_with_what_the_loop_refers_to():
    found, _ = resources(OPEN_LOOPS)
    variables = found["stack/Function"].attributes["Environment"]["Variables"]
    told = "has no default; give it with -P NAME=VALUE, so Fn::ForEach::Buckets makes what is not known"
    assert [cause.reason for cause in variables.causes] == [told]
    assert variables.mentions == (Ref("stack/Data", "Ref"),)
    other = found["stack/Other"].attributes
    assert other["A"] == "b"
    assert isinstance(other["Z"], Unknown)


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
