"""Documents as PDF, set by LibreOffice in Noto CJK SC and nothing else.

The official faces (仿宋, 黑体 …) are not free, and without a word from us LibreOffice would take a
Japanese or a latin face for them. So each conversion has a font configuration of its own, in which
only the two Chinese faces of Noto exist, and a profile of its own, so that it disturbs no open LibreOffice.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from meihao.base.text import Refused

SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
PACKAGES = "libreoffice-calc-nogui libreoffice-writer-nogui fonts-noto-cjk"
SECONDS_A_FILE, SECONDS_TO_START = 20, 60
# faces whose strokes are even; every other face is set in the serif
_EVEN = (
    "黑体",
    "SimHei",
    "微软雅黑",
    "Microsoft YaHei",
    "等线",
    "DengXian",
    "Arial",
    "Calibri",
    "sans-serif",
)
_SYSTEM_FONTS = "/etc/fonts/fonts.conf"
_EVERY_OTHER = (
    '<rejectfont><pattern><patelt name="scalable"><bool>true</bool></patelt></pattern></rejectfont>'
)


def to_pdf(sources: Sequence[Path], folder: Path) -> list[Path]:
    """Writes each document as a PDF of its name into `folder`, all in one run; gives their paths, in order.

    Raises `Refused` where LibreOffice or the fonts are missing, it does not finish in time, or a file
    cannot be converted.
    """
    if not sources:
        return []
    _distinct(sources)
    office = _office()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="meihao-pdf-") as own:
        _run(office, sources, folder, Path(own))
    written = [folder / f"{source.stem}.pdf" for source in sources]
    lost = "、".join(source.name for source, path in zip(sources, written, strict=True) if not path.is_file())
    if lost:
        raise Refused(f"LibreOffice 没有转成 PDF：{lost}。", f"LibreOffice made no PDF of {lost}.")
    return written


def _distinct(sources: Sequence[Path]) -> None:
    stems = [source.stem for source in sources]
    twice = "、".join(sorted({stem for stem in stems if stems.count(stem) > 1}))
    if twice:
        raise Refused(f"几个文件会写成同一个 PDF：{twice}。", f"several files would be one PDF: {twice}.")


def _office() -> str:
    """Where LibreOffice is, once it is sure that the fonts are there too."""
    office, lister = shutil.which("soffice"), shutil.which("fc-list")
    if office is None or lister is None:
        raise _missing("LibreOffice", "LibreOffice")
    listed = subprocess.run([lister, ":", "family"], capture_output=True, text=True, check=False).stdout
    for face in (SERIF, SANS):
        if face not in listed:
            raise _missing(f"字体 {face}", f"the font {face}")
    return office


def _missing(zh: str, en: str) -> Refused:
    return Refused(
        f"转 PDF 需要 {zh}，本机没有。请安装：apt-get install {PACKAGES}，或不加 --pdf，只要可编辑的文件。",
        f"a PDF needs {en}, which is not installed: apt-get install {PACKAGES}, or leave out --pdf and "
        "take the editable files only.",
    )


def _run(office: str, sources: Sequence[Path], folder: Path, own: Path) -> None:
    """One LibreOffice for all files, with profile, fonts and temporary files of its own."""
    profile = own / "profile"
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "pdf", "--outdir", str(folder.resolve())]
    command += [str(source.resolve()) for source in sources]
    seconds = SECONDS_TO_START + SECONDS_A_FILE * len(sources)
    try:
        done = subprocess.run(
            command,
            env=_environment(own),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused(
            f"LibreOffice 在 {seconds} 秒内没有转完 {len(sources)} 个文件。",
            f"LibreOffice did not finish {len(sources)} files in {seconds} seconds.",
        ) from None
    if done.returncode:
        told = done.stderr.strip()[-200:] or str(done.returncode)
        raise Refused(f"LibreOffice 转 PDF 失败：{told}", f"LibreOffice failed to make a PDF: {told}")


def _environment(own: Path) -> Mapping[str, str]:
    """What LibreOffice is to know: the way to programs, a home of its own, our fonts."""
    fonts = own / "fonts.conf"
    fonts.write_text(font_configuration(own / "font-cache"), encoding="utf-8")
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(own),
        "TMPDIR": str(own),
        "LANG": "C.UTF-8",
        "FONTCONFIG_FILE": str(fonts),
        "SAL_USE_VCLPLUGIN": "svp",
    }


def font_configuration(cache: Path) -> str:
    """The system's fonts less all but the two Chinese faces of Noto, and which of them stands for a name."""
    accepted = "".join(
        f'<acceptfont><pattern><patelt name="family"><string>{face}</string></patelt></pattern></acceptfont>'
        for face in (SERIF, SANS)
    )
    even = "".join(_stands_for(face, SANS) for face in _EVEN)
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f'<include ignore_missing="yes">{_SYSTEM_FONTS}</include>\n'
        f"<cachedir>{escape(str(cache))}</cachedir>\n"
        f"<selectfont>{accepted}{_EVERY_OTHER}</selectfont>\n"
        f"{even}{_otherwise()}</fontconfig>\n"
    )


def _stands_for(name: str, face: str) -> str:
    return (
        f'<match target="pattern"><test name="family" qual="first"><string>{name}</string></test>'
        f'<edit name="family" mode="prepend" binding="strong"><string>{face}</string></edit></match>\n'
    )


def _otherwise() -> str:
    """The serif for whatever has not been named."""
    tests = "".join(
        f'<test name="family" qual="all" compare="not_eq"><string>{face}</string></test>'
        for face in (SANS, SERIF)
    )
    edit = f'<edit name="family" mode="prepend" binding="strong"><string>{SERIF}</string></edit>'
    return f'<match target="pattern">{tests}{edit}</match>\n'
