"""S3 in text: URIs, URLs and ARNs, in text that may have symbolic pieces (see ``symbols``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from validator.regions import SUFFIXES, HostForm, S3Host, is_known_region, is_region, parse_s3_host
from validator.symbols import SYMBOL as _SYMBOL
from validator.symbols import has_symbol

_NAME = rf"(?:[A-Za-z0-9_]|[{_SYMBOL}])(?:[A-Za-z0-9._-]|[{_SYMBOL}]){{0,254}}+"
_REGION = rf"[a-z0-9{_SYMBOL}][a-z0-9{_SYMBOL}-]{{0,24}}"
# Keys before an @ are of old s3n URIs and of Loki's; Aurora MySQL writes the Region into the scheme; MediaLive s3ssl.
_URI = re.compile(
    rf"\bs3(?:a|n|ssl)?(?:-(?P<region>{_REGION}))?://(?:[^\s/@\"'`]{{1,200}}@)?"
    rf"(?:(?P<arn>arn:[^\s\"'`]{{1,300}})|(?P<bucket>{_NAME})(?![A-Za-z0-9*]|:[^\s\"']))"
)
_BEHIND = re.compile(rf"(?:/(?P<first>{_NAME}))?(?:[^\s\"'`<>,?]{{0,300}}\?(?P<query>[^\s\"'`<>]{{0,300}}))?")
_QUERIED = re.compile(rf"(?:^|&)region=(?P<region>{_REGION})")
_SUFFIX = re.compile(rf"\.(?:{'|'.join(re.escape(suffix) for suffix in SUFFIXES)})(?![A-Za-z0-9-]|\.[A-Za-z0-9])", re.IGNORECASE)
_HOST_CHARACTER = re.compile(rf"[A-Za-z0-9._{_SYMBOL}-]")
_AFTER = re.compile(rf"(?::\d{{1,5}})?/(?P<path>{_NAME})?(?P<rest>[^\s\"'`<>|;)]{{0,1500}})")
_SCHEME = re.compile(r"(?:https?|tcp|s3):(?://)?\Z", re.IGNORECASE)
_SIGNED = re.compile(r"X-Amz-Credential=[^&\s]{1,200}?(?:/|%2F)\d{8}(?:/|%2F)(?P<region>[a-z0-9-]{5,25})(?:/|%2F)s3", re.IGNORECASE)
_ARN = re.compile(
    rf"\barn:(?:aws[a-z-]{{0,10}}|[{_SYMBOL}]):(?P<service>s3|s3-object-lambda|s3-outposts|s3express)"
    rf":(?P<region>[a-z0-9-]{{0,20}}|[{_SYMBOL}]):(?P<account>\d{{0,12}}|[{_SYMBOL}]):(?P<rest>{_NAME}(?:/{_NAME}){{0,3}})(?P<wild>[*?])?"
)
_BUCKET_NAME = re.compile(rf"[a-z0-9{_SYMBOL}](?:[a-z0-9.{_SYMBOL}-]{{1,61}})[a-z0-9{_SYMBOL}]|[{_SYMBOL}]")
# Names that nothing but an access point or a directory bucket has.
_TELLING_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}(?:-s3alias|--x-s3|--xa-s3)|[a-z0-9.-]{3,63}-\d{12}-[a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2}-an")
_FIXED_FORMS = frozenset({HostForm.CONTROL, HostForm.EXPRESS_CONTROL})


@dataclass(frozen=True, slots=True)
class Naming:
    """One place in a text that names a bucket.

    ``form``: uri, url, arn or name. ``region``: one that the name itself states, or that is signed into it; flat text.
    ``access_point``: the bucket is the ARN of an access point, a multi-Region one included. ``plain``: a URL of HTTP without TLS.
    """

    form: str
    bucket: str
    region: str | None = None
    host: S3Host | None = None
    access_point: bool = False
    plain: bool = False


def is_bucket_name(text: str) -> bool:
    """Whether ``text`` (flat) can be the name of a bucket made today: lower case, 3 to 63 characters."""
    return _BUCKET_NAME.fullmatch(text) is not None and ".." not in text


def is_telling_name(text: str) -> bool:
    """Whether ``text`` is a name that only buckets have: an access point's alias, a directory bucket, one of an account's namespace."""
    return _TELLING_NAME.fullmatch(text) is not None


def named_in(text: str) -> Iterator[Naming]:
    """Every place in flat ``text`` that names a bucket: URIs, then ARNs, then URLs."""
    lowered = text.lower()
    if "s3" not in lowered:
        return
    if "://" in text:
        yield from _of_uris(text)
    if "arn:" in lowered:
        yield from _of_arns(_URI.sub(" ", text))
    if "." in text:
        yield from _of_hosts(text)


def _of_uris(text: str) -> Iterator[Naming]:
    for found in _URI.finditer(text):
        if found["arn"]:
            yield from _of_arns(found["arn"])
            continue
        bucket, region = found["bucket"].rstrip("."), found["region"]
        behind = _BEHIND.match(text, found.end())
        if behind and behind["first"] and is_known_region(bucket):
            # Loki and Cortex write s3://REGION/BUCKET.
            bucket, region = behind["first"], bucket
        elif behind and behind["query"] and (queried := _QUERIED.search(behind["query"])):
            region = queried["region"]
        yield Naming("uri", bucket, region if region and (is_region(region) or has_symbol(region)) else None)


def _of_arns(text: str) -> Iterator[Naming]:
    for found in _ARN.finditer(text):
        rest, region = found["rest"], found["region"] or None
        kind, _, name = rest.partition("/")
        if kind == "accesspoint" or (found["service"] == "s3-outposts" and kind == "outpost"):
            whole = found[0].removesuffix("/object").partition("/object/")[0] if kind == "accesspoint" else found[0]
            yield Naming("arn", _access_point(whole) if kind == "accesspoint" else whole, region, access_point=True)
        elif found["service"] == "s3express" and kind == "bucket":
            yield Naming("arn", name.partition("/")[0], region)
        elif found["service"] == "s3" and not region and not (found["wild"] and "/" not in rest):
            yield Naming("arn", kind)


def _access_point(arn: str) -> str:
    """The ARN without what follows the access point's name."""
    head, _, name = arn.partition("accesspoint/")
    return f"{head}accesspoint/{name.partition('/')[0].rstrip('*?')}"


def _of_hosts(text: str) -> Iterator[Naming]:
    for suffix in _SUFFIX.finditer(text):
        start = suffix.start()
        while start > 0 and suffix.start() - start < _LONGEST_HOST and _HOST_CHARACTER.match(text, start - 1):
            start -= 1
        host = parse_s3_host(text[start : suffix.end()].lstrip(".-").lower())
        if host is None:
            continue
        after = _AFTER.match(text, suffix.end())
        behind = after["path"] if after and host.form not in _FIXED_FORMS else None
        bucket = host.bucket or behind
        if bucket and not (host.bucket and behind is None and _is_principal(text, start, host)):
            signed = _SIGNED.search(after["rest"] if after else "")
            plain = text[max(0, start - len(_PLAIN)) : start].lower() == _PLAIN
            yield Naming("url", bucket, host.address_region or (signed["region"] if signed else None), host, plain=plain)


_LONGEST_HOST = 255
_PLAIN = "http://"


def _is_principal(text: str, start: int, host: S3Host) -> bool:
    """Service principals look like global names: ``logging.s3.amazonaws.com``."""
    return host.name in _PRINCIPALS and not _SCHEME.search(text, max(0, start - 8), start)


_PRINCIPALS = frozenset({"logging.s3.amazonaws.com", "delivery.s3.amazonaws.com"})
