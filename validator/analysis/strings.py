"""S3 in text: URIs, URLs and ARNs, in text that may have symbolic pieces.

A symbolic piece stands in the text as one character of private use, so that the patterns can step over it and say where it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from validator.regions import S3Host, is_region, parse_s3_host
from validator.symbols import SYMBOL as _SYMBOL

_NAME = rf"(?:[A-Za-z0-9_]|[{_SYMBOL}])(?:[A-Za-z0-9._-]|[{_SYMBOL}]){{0,254}}"
_URI = re.compile(rf"\bs3(?:a|n|ssl)?(?:-(?P<region>[a-z0-9-]{{9,20}}))?://(?P<bucket>{_NAME}|arn:[^\s\"']{{1,300}})")
_HOST = re.compile(
    rf"(?:\b(?P<scheme>https?)://)?(?P<host>(?:[A-Za-z0-9{_SYMBOL}][A-Za-z0-9._{_SYMBOL}-]{{0,254}}\.)?"
    r"(?:amazonaws\.com\.cn|amazonaws\.com|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov))"
    rf"(?::\d{{1,5}})?(?:/(?P<path>{_NAME})?)?(?![A-Za-z0-9.-])?"
)
_ARN = re.compile(rf"\barn:(?:aws[a-z-]{{0,10}}|[{_SYMBOL}]):s3:(?P<region>[a-z0-9-]{{0,20}}):(?P<account>\d{{0,12}}):(?P<rest>{_NAME}(?:/{_NAME})?)")
_BUCKET_NAME = re.compile(rf"[a-z0-9{_SYMBOL}](?:[a-z0-9.{_SYMBOL}-]{{1,61}})[a-z0-9{_SYMBOL}]|[{_SYMBOL}]")


@dataclass(frozen=True, slots=True)
class Naming:
    """One place in a text that names a bucket. ``form``: uri, url or arn; ``region``: one that the name itself states."""

    form: str
    bucket: str
    region: str | None = None
    host: S3Host | None = None
    access_point: bool = False


def is_bucket_name(text: str) -> bool:
    """Whether ``text`` (flat) can be the name of a bucket made today: lower case, 3 to 63 characters."""
    return _BUCKET_NAME.fullmatch(text) is not None and ".." not in text


def named_in(text: str) -> Iterator[Naming]:
    """Every place in flat ``text`` that names a bucket, in order of their forms."""
    lowered = text.lower()
    if "s3" not in lowered:
        return
    for found in _URI.finditer(text):
        if found["bucket"].startswith("arn:"):
            yield from _of_arns(found["bucket"])
        else:
            yield Naming("uri", found["bucket"].rstrip("."), found["region"] if found["region"] and is_region(found["region"]) else None)
    if "arn:" in lowered:
        yield from _of_arns(_URI.sub(" ", text))
    if "." in text:
        yield from _of_hosts(text)


def _of_arns(text: str) -> Iterator[Naming]:
    for found in _ARN.finditer(text):
        rest = found["rest"]
        if rest.startswith("accesspoint/"):
            yield Naming("arn", found[0], found["region"] or None, access_point=True)
        elif not found["region"]:
            yield Naming("arn", rest.partition("/")[0])


def _of_hosts(text: str) -> Iterator[Naming]:
    for found in _HOST.finditer(text):
        host = parse_s3_host(found["host"])
        if host is None:
            continue
        bucket = host.bucket or (found["path"] if found["scheme"] else None)
        if bucket and not (host.bucket and not found["scheme"] and _is_principal(found["host"])):
            yield Naming("url", bucket, host.address_region, host)


def _is_principal(host: str) -> bool:
    """Service principals look like global names: ``logging.s3.amazonaws.com``."""
    return host in {"logging.s3.amazonaws.com", "delivery.s3.amazonaws.com"}
