"""Evidence that was uploaded."""

from __future__ import annotations

from frontend_api.schemas.accepted import AcceptedOut
from frontend_api.schemas.wire import CidText, Count


class EvidenceOut(AcceptedOut):
    """Where the content is now, and the receipt of its record."""

    cid: CidText
    size: Count
    url: str
