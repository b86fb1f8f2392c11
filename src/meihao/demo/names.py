"""Names of the invented district. None is of a real place, school or person; 99 belongs to no province."""

from __future__ import annotations

from dataclasses import dataclass

from meihao.base.text import Text

DIVISION = "990106"
DISTRICT = "澄砚区"
BANNER = Text(
    "虚构：澄砚区（990106）及其全部学校、数据都是为演示而编造的，与任何真实地区、学校无关。",
    "Invented: Chengyan district (990106), all its schools and numbers are made up for demonstration.",
)


@dataclass(frozen=True, slots=True)
class Town:
    """A town or sub-district, and what the state's rural classification calls its land (城乡类型)."""

    name: str
    urban_rural: str


CENTRE = Town("笺云街道", "城区")
WEST = Town("澄墨街道", "城区")
EAST = Town("砚光街道", "城区")
RIVER = Town("毫溪镇", "镇区")
HILLS = Town("墨烟乡", "乡村")
TOWNS = (CENTRE, WEST, EAST, RIVER, HILLS)

GROUPS = ("拾墨教育集团", "听毫教育集团", "沐砚教育集团", "笺溪教育集团")
