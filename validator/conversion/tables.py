"""DynamoDB tables that the inputs make or look up."""

from __future__ import annotations

from validator.conversion.fields import Fields
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import TABLE, Terms
from validator.model.network import Id
from validator.model.storage import Table
from validator.values import Unknown, unknown


def tables(sources: Sources) -> dict[Id, Table]:
    """Tables by id, with the Regions of their replicas."""
    return {fields.id: _table(fields, terms) for fields, terms in sources.of(TABLE)}


def _table(fields: Fields, terms: Terms) -> Table:
    name = fields.text(terms["name"])
    looked_up = fields.resource.mode == "data"
    return Table(
        id=fields.id,
        name=unknown("is chosen only when it is made", f"{fields.id}.{terms['name']}", fields.place()) if name is None else name,
        regions=(fields.resource.region, *_replicas(fields, terms)),
        owner="external" if looked_up else "input",
        location=fields.place(),
        exists=fields.resource.exists,
        sensitive=fields.sensitive(terms["name"]),
    )


def _replicas(fields: Fields, terms: Terms) -> tuple[str | Unknown, ...]:
    blocks = fields.blocks(terms["replicas"]) if terms["replicas"] else ()
    if isinstance(blocks, Unknown):
        return (blocks,)
    regions = (block if isinstance(block, Unknown) else block.text(terms["region"]) for block in blocks)
    return tuple(region for region in regions if region is not None)
