"""Bring every it.po up to its template: new texts empty, texts that are gone removed.

    .odoo/venv/bin/python docs/merge_translations.py

`make translations` exports the templates and calls it. Prints what is left to translate.
"""

from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "it"
# As Odoo's exporter and most editors wrap them.
WIDTH = 78


def merge(template: Path) -> polib.POFile:
    """Return the translations of one addon, merged with its template and saved."""
    path = template.with_name(f"{LANGUAGE}.po")
    source = polib.pofile(str(template), wrapwidth=WIDTH)
    translated = polib.POFile(wrapwidth=WIDTH)
    if path.exists():
        translated = polib.pofile(str(path), wrapwidth=WIDTH)
    metadata = {
        **source.metadata,
        "Language-Team": "Italian",
        "Language": LANGUAGE,
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=n != 1;",
    }
    translated.merge(source)
    translated.metadata = metadata
    for entry in translated.obsolete_entries():
        translated.remove(entry)
    translated.save(str(path))
    return translated


def main() -> None:
    """Merge all, and say what is missing."""
    for template in sorted(ROOT.glob("**/i18n/*.pot")):
        if ".odoo" in template.parts:
            continue
        texts = merge(template)
        left = len(texts.untranslated_entries())
        print(
            f"{template.parent.parent.name}: {left} of {len(texts)} left to translate"
        )


if __name__ == "__main__":
    main()
