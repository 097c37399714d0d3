"""Names that stay the same from build to build, so that a reader knows what it has already seen."""

from __future__ import annotations

import json
from uuid import UUID, uuid5

# Never to be changed: every calendar and feed reader would take each old item for a new one.
_NAMESPACE = UUID("a856ffae-2655-46b2-8653-7c993c6e9b28")


def stable_id(*parts: str) -> str:
    """Return the ``urn:uuid:`` of the parts: the same parts in the same order give the same one."""
    # As JSON, because a plain join would take ("a", "b") and ("ab",) for one.
    return f"urn:uuid:{uuid5(_NAMESPACE, json.dumps(parts))}"
