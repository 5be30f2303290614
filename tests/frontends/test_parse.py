"""Is cfn-lint's decoder had without the rest of cfn-lint, and is all of cfn-lint there for whoever wants it?"""

import subprocess
import sys

TEMPLATE = 'b"Resources: {Bucket: {Type: AWS::S3::Bucket}}"'
OURS = f"from validator.frontends.cloudformation.parse import parse, position_of; found = parse('t.yaml', {TEMPLATE})"


def said(code):
    """What a process of its own prints: whether cfn-lint is imported, and how, is a fact about a process."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.split()


def test_is_a_template_parsed_without_the_rules_of_cfn_lint():
    assert said(f"{OURS}\nimport sys; print([name for name in sys.modules if name.split('.')[0] in ('cfnlint', 'sympy')], list(found))") == [
        "[]",
        "['Resources']",
    ]


def test_does_all_of_cfn_lint_work_after_a_template_was_parsed():
    code = f"""
{OURS}
from cfnlint.api import lint_all
print('E3006' in [match.rule.id for match in lint_all('Resources: {{Bucket: {{Type: AWS::S3::Bukket}}}}')])
from cfnlint.decode.decode import decode_str
print(decode_str('Resources: {{A: 1, A: 2}}')[1][0].rule.id)
{OURS}
print(position_of(next(iter(found['Resources']))))
"""
    assert said(code) == ["True", "E0000", "(1,", "13)"]


def test_is_a_template_parsed_where_cfn_lint_is_imported_already():
    code = f"import cfnlint, sys\n{OURS}\nprint(sys.modules['cfnlint'] is cfnlint, 'cfnlint.rules' in sys.modules, list(found))"
    assert said(code) == ["True", "True", "['Resources']"]


def test_is_a_template_parsed_where_the_packages_of_cfn_lint_lie_otherwise():
    code = (
        f"import importlib.util\nimportlib.util.find_spec = lambda name: None\n{OURS}\nimport sys; print('cfnlint.rules' in sys.modules, list(found))"
    )
    assert said(code) == ["True", "['Resources']"]


def test_is_a_mistake_told_with_its_place_without_the_rules():
    code = """
from validator.errors import InputError
from validator.frontends.cloudformation.parse import parse
for text in (b'Resources: {A: 1, A: 2}', b'Resources: [', b'{"Resources": {"A": "\\\\x"}}', b'Resources: {~: 1}'):
    try:
        parse('t.yaml', text)
    except InputError as error:
        print(error.mistakes[0].split()[0])
"""
    assert said(code) == ["t.yaml:1:13:", "t.yaml:2:1:", "t.yaml:1:24:", "t.yaml:1:13:"]
