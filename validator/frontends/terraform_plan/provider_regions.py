"""The Region in which each instance is made: its own argument (AWS provider 6), else its provider's, else what its ARN says."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw, Struct, UnsetType

from validator.frontends.terraform_plan.document import ConfiguredResource, Document, ProviderConfiguration
from validator.frontends.terraform_plan.expressions import Expressions, Scope, at
from validator.frontends.terraform_plan.instances import Instance, Instances, module_path
from validator.regions import is_region
from validator.values import Cause, Unknown

_ARN_PARTS = 6


class _Place(Struct):
    """The attributes that tell a Region."""

    region: Any = None
    arn: Any = None
    id: Any = None


_PLACE = msgspec.json.Decoder(_Place)


class ProviderRegions:
    """Finds the Region of instances; follows each provider's expression once."""

    __slots__ = ("_document", "_fallback", "_instances", "_of_provider", "_path")

    def __init__(self, path: str, document: Document, instances: Instances, fallback: str | None) -> None:
        self._path = path
        self._document = document
        self._instances = instances
        self._fallback = fallback
        self._of_provider: dict[str, str | Unknown] = {}

    def of(self, instance: Instance, block: ConfiguredResource | None, values: Raw | UnsetType) -> str | Unknown:
        """Where ``instance`` is made; Unknown with what would say it."""
        place = _place(values)
        if isinstance(place.region, str) and is_region(place.region):
            return place.region
        if block is not None and block.provider_config_key:
            found = self._provider(block.provider_config_key)
            if isinstance(found, str):
                return found
            return _of_arn(place) or found
        return _of_arn(place) or self._fallback or self._nowhere(instance.address)

    def _nowhere(self, subject: str) -> Unknown:
        return Unknown((Cause("names no Region; give one with --region", subject, at(self._path, subject, "region")),))

    def _provider(self, key: str) -> str | Unknown:
        if key not in self._of_provider:
            configured = (self._document.configuration.provider_config if self._document.configuration else {}).get(key)
            self._of_provider[key] = self._configured(key, configured)
        return self._of_provider[key]

    def _configured(self, key: str, configured: ProviderConfiguration | None) -> str | Unknown:
        subject = f"provider {key}"
        expression = configured.expressions.get("region") if configured else None
        if configured is None or expression is None:
            return self._fallback or self._nowhere(subject)
        module = module_path(configured.module_address)
        found = Expressions(self._document, self._instances).sources(expression, Scope(module))
        named = {value for value in found.known if isinstance(value, str) and is_region(value)}
        if len(named) == 1 and not found.causes:
            return named.pop()
        if self._fallback and not named:
            return self._fallback
        cause = Cause("takes its Region from an expression that the plan does not settle", f"{subject}.region", at(self._path, subject, "region"))
        return Unknown((cause,), tuple(named) if named and not found.causes else None)


def _place(values: Raw | UnsetType) -> _Place:
    if isinstance(values, UnsetType):
        return _Place()
    try:
        return _PLACE.decode(values)
    except msgspec.MsgspecError:
        # null, or not an object: the attributes will say so themselves.
        return _Place()


def _of_arn(place: _Place) -> str | None:
    parts = place.arn.split(":") if isinstance(place.arn, str) else []
    return parts[3] if len(parts) >= _ARN_PARTS and is_region(parts[3]) else None
