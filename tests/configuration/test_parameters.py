"""What is read from the files that hold a stack's parameters, in every form, and what is said of those that hold none?"""

import pytest

from validator.errors import InputError
from validator.parameters import parameters_of

GIT = "template-file-path: app/template.yaml\ntags: {team: data}\n"


def found(folder, name: str, text: str) -> dict[str, str]:
    (folder / name).write_text(text)
    return parameters_of(folder / name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"ParameterKey": "A", "ParameterValue": "x,y"}, {"ParameterKey": "B", "ParameterValue": ""}]', {"A": "x,y", "B": ""}),
        ('{"StackName": "s", "Parameters": [{"ParameterKey": "A", "ParameterValue": "x"}]}', {"A": "x"}),
        ('["A=x=y", "B="]', {"A": "x=y", "B": ""}),
        ('["ParameterKey=A,ParameterValue=x,y"]', {"A": "x,y"}),
        # CodePipeline's template configuration.
        ('{"Parameters": {"A": "x", "B": "true"}, "Tags": {"team": "data"}, "StackPolicy": {"Statement": []}}', {"A": "x", "B": "true"}),
        ('{"A": true, "B": 10, "C": 1.50, "D": ["x", "y"], "E": false}', {"A": "true", "B": "10", "C": "1.50", "D": "x,y", "E": "false"}),
        ("[]", {}),
        ('{"Parameters": {}}', {}),
    ],
)
def test_is_json_read_as_the_tools_write_it(tmp_path, text, expected):
    assert found(tmp_path, "parameters.json", text) == expected
    assert found(tmp_path, "bom.json", "\ufeff" + text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GIT + "parameters:\n  A: x\n  B: 'true'\n", {"A": "x", "B": "true"}),
        (GIT + "parameters:\n  A: true\n  B: False\n", {"A": "true", "B": "false"}),
        # Numbers as they are written: an octal one is an account.
        (
            "parameters:\n  Account: 012345670123\n  Version: 1.10\n  Day: 2026-01-02\n  Size: 1_000\n",
            {"Account": "012345670123", "Version": "1.10", "Day": "2026-01-02", "Size": "1_000"},
        ),
        ("parameters:\n  Zones: [a, b]\n", {"Zones": "a,b"}),
        ("parameters:\n  A: ''\n", {"A": ""}),
        (GIT + "parameters: {}\n", {}),
        ("- ParameterKey: A\n  ParameterValue: 5\n", {"A": "5"}),
    ],
)
def test_is_a_deployment_file_read(tmp_path, text, expected):
    assert found(tmp_path, "deployment.yaml", text) == expected
    assert found(tmp_path, "deployment.yml", text) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"A=x B=y"', {"A": "x", "B": "y"}),
        ('"A=\\"a b\\" B=x=y C="', {"A": "a b", "B": "x=y", "C": ""}),
        ('"ParameterKey=A,ParameterValue=x ParameterKey=B,ParameterValue=\\"a b\\""', {"A": "x", "B": "a b"}),
        ('\'A="x y" B="subnet-1,subnet-2"\'', {"A": "x y", "B": "subnet-1,subnet-2"}),
        ('["A=x", "B=a b"]', {"A": "x", "B": "a b"}),
        ('["ParameterKey=A,ParameterValue=x,y"]', {"A": "x,y"}),
        ('{A = "x", B = true, C = 3}', {"A": "x", "B": "true", "C": "3"}),
    ],
)
def test_are_overrides_of_sam_read(tmp_path, written, expected):
    for command in ("deploy", "global"):
        text = f'version = 0.1\n[default.{command}.parameters]\nstack_name = "s"\nparameter_overrides = {written}\n'
        assert found(tmp_path, "samconfig.toml", text) == expected
        assert found(tmp_path, "other.toml", text) == expected


def test_is_samconfig_read_as_yaml(tmp_path):
    assert found(tmp_path, "samconfig.yaml", "version: 0.1\ndefault:\n  deploy:\n    parameters:\n      parameter_overrides: [A=x]\n") == {"A": "x"}
    assert found(tmp_path, "samconfig.yml", "default: {global: {parameters: {parameter_overrides: A=x B=y}}}\n") == {"A": "x", "B": "y"}


def test_does_the_default_environment_count_and_a_command_before_all(tmp_path):
    other = '[prod.deploy.parameters]\nparameter_overrides = "A=prod"\n'
    text = '[default.global.parameters]\nparameter_overrides = "A=all B=all"\n[default.deploy.parameters]\nparameter_overrides = "A=own"\n'
    assert found(tmp_path, "samconfig.toml", text + other) == {"A": "own"}
    with pytest.raises(InputError) as raised:
        found(tmp_path, "samconfig.toml", 'version = 0.1\n[default.deploy.parameters]\nstack_name = "s"\n' + other)
    (told,) = raised.value.mistakes
    assert told.endswith("expected parameter_overrides in [default.deploy.parameters], only in the environments prod: give those with -P")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.json", "{", "is not JSON: "),
        ("a.json", "[" * 100_000, "is not JSON: "),
        ("a.json", '"text"', "holds no parameters, expected a list of ParameterKey and ParameterValue, or a mapping"),
        ("a.json", "null", "holds no parameters, "),
        ("a.json", '{"Tags": {"team": "data"}}', "holds no parameters, "),
        ("a.json", '[{"Key": "A"}]', "holds no parameters, "),
        ("a.json", '["A=x", "hush"]', "parameter 2 must be NAME=VALUE, or ParameterKey=NAME,ParameterValue=VALUE"),
        ("a.json", '["ParameterKey=A"]', "parameter 1 must be NAME=VALUE, or "),
        ("a.json", '[{"ParameterKey": "A", "UsePreviousValue": true}]', "parameter A has no value; write the one that is deployed"),
        ("a.json", '[{"ParameterKey": ["A"]}]', "parameter ['A'] has no value; "),
        ("a.json", '{"A": null}', "parameter A has no value; "),
        ("a.json", '{"A": [["x"]]}', "parameter A has no value; "),
        ("a.yaml", "a: [", "is not YAML: "),
        ("a.yaml", "a: !!python/object:os.system x", "is not YAML: "),
        ("a.yaml", "parameters:\n  A: &a [*a]\n", "parameter A has no value; "),
        ("a.yaml", GIT, "holds no parameters"),
        ("a.yaml", "", "holds no parameters, "),
        ("a.yaml", "parameters:\n  A:\n", "parameter A has no value; "),
        ("a.toml", "x", "is not TOML: "),
        ("a.toml", "x = 1", "holds no parameters, expected parameter_overrides in [default.deploy.parameters]"),
        ("a.toml", "default = 1", "holds no parameters, "),
        ("a.toml", "[default.deploy.parameters]\nparameter_overrides = 3", "holds no parameters, "),
        (
            "a.toml",
            "[default.deploy.parameters]\nparameter_overrides = 'A=\"x'",
            "parameter_overrides cannot be split into words: No closing quotation",
        ),
        ("a.toml", "[default.deploy.parameters]\nparameter_overrides = 'A=b hush'", "parameter 2 must be NAME=VALUE, "),
        ("samconfig.yaml", "- a\n", "holds no parameters, expected parameter_overrides"),
    ],
)
def test_is_a_mistake_told_in_one_line_without_values(tmp_path, name, text, told):
    with pytest.raises(InputError) as raised:
        found(tmp_path, name, text)
    (line,) = raised.value.mistakes
    assert line.startswith(f"{tmp_path / name}: {told}")
    assert "hush" not in line
    assert "\n" not in line


def test_are_files_told_that_cannot_be_read(tmp_path):
    (tmp_path / "a.json").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "a.json", tmp_path / "missing.json", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            parameters_of(path)
