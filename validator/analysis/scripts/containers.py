"""Commands that run containers: the layers of their images in ECR, what the container is told to run, the variables that it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from validator.analysis.matrix import SDKS, sdk_of_image
from validator.analysis.scripts.machine import OWN_REGION, Command, Machine, Use
from validator.analysis.strings import Naming
from validator.symbols import SYMBOL

_REGISTRY = re.compile(rf"(?:\d{{12}}|[{SYMBOL}]+)\.dkr\.ecr(?:-fips)?\.(?P<region>[a-z0-9{SYMBOL}-]{{1,25}})\.amazonaws\.com(?:\.cn)?")
_PULLING = frozenset("pull run create login build buildx compose".split())
_STARTING = frozenset({"run", "create", "exec"})
_VALUED = frozenset(
    """
    -a --add-host -c --cap-add --cap-drop --cgroupns --cidfile --cpus --cpu-shares --device --dns -e --env --env-file --entrypoint --expose
    --gpus --group-add -h --hostname --health-cmd --health-interval --ip --ipc -l --label --link --log-driver --log-opt -m --memory --mount --name
    --network --net --network-alias -p --publish --pid --platform --pull --restart --security-opt --shm-size --stop-timeout --sysctl --tmpfs -u
    --user --ulimit --userns -v --volume --volumes-from -w --workdir
    """.split()
)
_LINE = re.compile(r"^[ \t]*([A-Za-z_]\w{0,127})=(.*?)[ \t\r]*$", re.MULTILINE)
_RUNNERS = frozenset("docker podman nerdctl crictl ctr finch".split())
_TOOLS_OF_IMAGES = frozenset({"rclone", "s5cmd", "s3fs"})


def layers(command: Command) -> Iterator[Use]:
    """The bucket of every registry of ECR's that a command pulls from."""
    words = command.words
    if any(word in _PULLING for word in words[1:4]):
        for word in words[1:]:
            if found := _REGISTRY.search(word):
                region = found["region"]
                yield Use(Naming("name", f"prod-{region}-starport-layer-bucket"), SDKS["container-runtime"], region, "url", " ".join(words[:2]))


def node(command: Command, machine: Machine) -> Iterator[Use]:
    """What makes an instance a node of EKS: it pulls the images of the cluster's own components from ECR in its Region."""
    region = machine.symbols.character(OWN_REGION)
    yield Use(Naming("name", f"prod-{region}-starport-layer-bucket"), SDKS["container-runtime"], region, "url", command.words[0])


def uses(command: Command, machine: Machine) -> Iterator[Use]:
    """What ``docker``, and what is spelled like it, fetches and runs."""
    yield from layers(command)
    start = next((index for index, word in enumerate(command.words[1:4], 1) if word in _STARTING), None)
    if start is not None:
        yield from _started(command, command.words[start + 1 :], machine)


def _started(command: Command, words: Sequence[str], machine: Machine) -> Iterator[Use]:
    """``[OPTIONS] IMAGE [WORDS]``: the words run inside, with the variables of the options and no others."""
    from validator.analysis.scripts.commands import of_command, of_variables  # noqa: PLC0415 - they have this module's use for their own

    options, rest = _options(words)
    if not rest or any(word.rpartition("/")[2] in _RUNNERS for word in rest):
        # Containers that start containers are not followed.
        return
    environment = _variables(options, command, machine)
    of_image = sdk_of_image(rest[0])
    tool = of_image.name if of_image is not None else ""
    # The images of the AWS CLI with tags before 2 hold version 2 as well.
    program = ["aws"] if tool.startswith("aws-cli") else [tool] if tool in _TOOLS_OF_IMAGES else [rest[0]]
    entry = [value for name, value in options if name == "--entrypoint" and value]
    inner = Machine(machine.symbols, environment, SDKS["aws-cli-v2"] if tool.startswith("aws-cli") else SDKS["aws-cli"])
    seen: set[str] = set()
    for use in of_command(Command((*(entry or program), *rest[1:]), environment), inner, 1):
        seen.update((use.naming.bucket,) if use.naming is not None else ())
        yield use
    for use in of_variables(environment, environment):
        if use.naming is not None and use.naming.bucket not in seen:
            yield use


def _options(words: Sequence[str]) -> tuple[list[tuple[str, str]], Sequence[str]]:
    """The options before the image, each with its value, and the image with what stands behind it."""
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(words) and words[position].startswith("-"):
        name, equals, value = words[position].partition("=")
        position += 1
        if not equals and name in _VALUED and position < len(words):
            value = words[position]
            position += 1
        found.append((name, value))
    return found, words[position:]


def _variables(options: Sequence[tuple[str, str]], command: Command, machine: Machine) -> Mapping[str, str]:
    """The container's variables: from files, then by themselves; one without a value is the command's own."""
    found: dict[str, str] = {}
    for name, value in options:
        if name == "--env-file":
            found |= {one[1]: one[2] for one in _LINE.finditer(machine.files.get(value, ""))}
    for name, value in options:
        if name in {"-e", "--env"}:
            variable, equals, held = value.partition("=")
            if equals:
                found[variable] = held
            elif variable in command.environment:
                found[variable] = command.environment[variable]
    return found
