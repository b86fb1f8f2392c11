"""The mistakes a clerk must not let through, each with the field it is planted in and what is typed there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

Typed: TypeAlias = str | int | float | bool | date | None
Change: TypeAlias = tuple[str | None, int]  # a column's value (nothing: 0) plus so many

# kind → the column, and what is typed in its cell; Excel makes an error or a formula of the text of one
TYPED: Mapping[str, tuple[str, Typed]] = {
    "empty": ("name", None),
    "unknown_choice": ("school_type", "民办小学"),
    "code_in_scientific_notation": ("school_code", "2.1E+09"),
    "date_for_year": ("founded_year", date(1998, 9, 1)),
    "yes_as_correct": ("built_by_2010", "对"),
    "yes_as_have": ("built_by_2016", "有"),
    "yes_and_no": ("dense_city_centre", "是/否"),
    "yes_no_unsure": ("small_rural_50_99", "不清楚"),
    "yes_with_remark": ("small_rural_class_under_30", "是（村小）"),
    "about": ("migrant_pupils", "约500"),
    "chinese_numerals": ("primary_pupils_in_catchment", "四百八十"),
    "negative": ("junior_pupils_in_catchment", -12),
    "two_numbers": ("classes", "12/13"),
    "part_of_a_whole": ("classes_upto_25", 0.5),
    "range": ("classes_26_30", "40-45"),
    "measure_word": ("classes_31_35", "12个"),
    "none_as_word": ("classes_36_40", "无"),
    "hyphen": ("classes_41_45", "-"),
    "dash": ("classes_46_50", "—"),
    "not_applicable": ("classes_51_55", "N/A"),
    "divided_by_zero": ("classes_56_60", "#DIV/0!"),
    "ditto": ("classes_61_65", "同上"),
    "pending": ("classes_66_up", "待定"),
    "unit_of_people": ("teachers", "480人"),
    "letter_for_zero": ("primary_teachers_college", "2O"),
    "lost_reference": ("primary_teachers_bachelor", "#REF!"),
    "formula_without_result": ("junior_teachers_bachelor", "=SUM(E31,E33)"),
    "truth_value": ("primary_teachers_master", True),
    "date_for_number": ("junior_teachers_master", date(2025, 3, 4)),
    "letter_for_one": ("primary_teachers_doctor", "l"),
    "question_mark": ("junior_teachers_doctor", "？"),
    "space_inside": ("backbone_teachers", "4 80"),
    "grouped_wrongly": ("certified_teachers", "1,20,0"),
    "percentage": ("trained_teachers", "100%"),
    "full_width_garbage": ("pe_teachers", "３Ａ"),
    "words": ("music_teachers", "按编制配齐"),
    "two_signs": ("fine_art_teachers", "--3"),
    "infinite": ("arts_teachers", "∞"),
    "person_times": ("pe_itinerant", "3人次"),
    "unit_of_area": ("teaching_area", "5200平米左右"),
    "two_points": ("indoor_sports_area", "0.5.1"),
    "decimal_comma": ("gymnasium_area", "1,23"),
    "product": ("sports_ground_area", "100×60"),
    "yuan_for_ten_thousand": ("equipment_value", "3200000元"),
    "too_large": ("multimedia_rooms", 1e15),
    "sum_as_text": ("music_rooms", "2+1"),
    "null_as_word": ("music_rooms_73", "NULL"),
    "tick": ("music_rooms_61", "√"),
    "bracketed": ("art_rooms", "(2)"),
    "only_spaces": ("art_rooms_90", "   "),
    "one_and_a_half": ("art_rooms_67", "1间半"),
    "too_many_decimals": ("public_funds_budget", 12.3456789),
    "currency_sign": ("public_funds_settled", "￥86.5"),
    "rate": ("training_budget", "5.2万元/年"),
    "open_ended": ("graduates", "90以上"),
}
VALUE_IN_NOTE = ("value_in_note_column", "music_rooms_96")
RELABELLED = ("unknown_label", "art_rooms_61", "61平以上美术教室")
DUPLICATED = ("row_duplicated", "transfers_in")  # written over the last row, which is so missing

_STAFF = "teachers"
# kind → the columns marked, and what is changed in a sound return so that just this sum is wrong
SUMS: Mapping[str, tuple[tuple[str, ...], Mapping[str, Change]]] = {
    "degrees_above_teachers": (("teachers",), {"primary_teachers_bachelor": (_STAFF, 1)}),
    "classes_by_size": (("classes",), {"classes": ("classes", 1)}),
    "indoor_above_all_rooms": (
        ("indoor_sports_area",),
        {"indoor_sports_area": ("teaching_area", 10), "gymnasium_area": ("teaching_area", 10)},
    ),
    "backbone_above_teachers": (("backbone_teachers",), {"backbone_teachers": (_STAFF, 1)}),
    "certified_above_teachers": (("certified_teachers",), {"certified_teachers": (_STAFF, 1)}),
    "trained_above_teachers": (("trained_teachers",), {"trained_teachers": (_STAFF, 1)}),
    "arts_above_teachers": (("pe_teachers",), {"pe_teachers": (_STAFF, 1)}),
    "migrants_above_pupils": (("migrant_pupils",), {"migrant_pupils": ("primary_pupils", 5000)}),
    "primary_catchment_above_pupils": (
        ("primary_pupils_in_catchment",),
        {"primary_pupils_in_catchment": ("primary_pupils", 1)},
    ),
    "junior_catchment_above_pupils": (
        ("junior_pupils_in_catchment",),
        {"junior_pupils_in_catchment": ("junior_pupils", 1)},
    ),
    "music_rooms_by_size": (("music_rooms",), {"music_rooms_73": ("music_rooms", 1)}),
    "art_rooms_by_size": (("art_rooms",), {"art_rooms_67": ("art_rooms", 1)}),
    "deaths_above_entrants": (
        ("deaths",),
        # one pupil moved in and none graduated, so that retention stays within 100 %
        {"deaths": ("entrants", 1), "graduates": (None, 0), "transfers_in": (None, 1)}
        | {"transfers_out": (None, 0)},
    ),
}
YEAR_OUT_OF_RANGE = ("year_out_of_range", "founded_year", 20115)

NOBODY = ("nobody_taught", ("primary_pupils", "junior_pupils"))
# everything that goes with pupils, so that nothing but their absence is wrong
EMPTIED_WITH_THEM = (
    *("primary_pupils", "junior_pupils", "migrant_pupils"),
    *("primary_pupils_in_catchment", "junior_pupils_in_catchment"),
    *("equipment_value", "public_funds_budget", "public_funds_settled", "training_budget"),
)
YEAR_TO_COME = ("year_to_come", "founded_year", 3)  # years after the day of the return
