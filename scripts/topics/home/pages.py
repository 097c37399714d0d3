"""The home page: one card a topic, in their order."""

from __future__ import annotations

from collections.abc import Iterator

from ...core.shown import Page, Site

#: Where a visitor may go first; hand-written pages that an agency does not have are left out.
_GUIDE = (
    ("how-to-read/", "อ่านงบประมาณครั้งแรก เริ่มที่นี่"),
    ("data/", "ดาวน์โหลดข้อมูลทั้งหมด (Excel, CSV, JSON)"),
    ("about/", "เว็บไซต์นี้คืออะไร ข้อมูลมาจากไหน"),
)


def pages(_facts: None, site: Site) -> Iterator[Page]:
    """Yield the home page."""
    agency = site.workspace.agency
    yield Page(
        path="index.md",
        title=agency.name_short_th,
        description=f"เงินของ{agency.name_short_th}มาจากไหน ไปไหน ซื้ออะไร และเปิดเผยข้อมูลครบหรือไม่",
        template="home/index.md.j2",
        context={
            "agency": agency,
            "cards": sorted(site.cards, key=lambda card: card.order),
            "guide": [
                (target, words)
                for target, words in _GUIDE
                if target in site.workspace.written or target in site.workspace.paths
            ],
        },
        nav=("หน้าแรก",),
        order=0,
        hide=("navigation", "toc"),
    )
