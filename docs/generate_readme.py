"""Write each addon's README.rst and description page from the fragments in `readme/`.

    .odoo/venv/bin/python docs/generate_readme.py

Odoo shows `static/description/index.html` in Apps, other sites README.rst. A fragment
is plain Markdown: headings, lists, code, emphasis, links.
"""

import ast
import re
from pathlib import Path

from docutils.core import publish_parts

ROOT = Path(__file__).resolve().parent.parent
# Fragments in the order of reading, with the title of their section.
FRAGMENTS = {
    "DESCRIPTION": "",
    "CONTEXT": "Why",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
}
CODE, LINK = re.compile(r"`([^`]+)`"), re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
LITERAL = re.compile(r"<span class=\"docutils literal\">(.*?)</span>", re.DOTALL)
NOTE = ".. Made from the folder readme/ by docs/generate_readme.py: do not edit.\n"


def documented_addons() -> list[Path]:
    """The addons that have fragments."""
    manifests = [
        *ROOT.glob("*/__manifest__.py"),
        *ROOT.glob("addons/*/__manifest__.py"),
    ]
    return sorted(
        path.parent for path in manifests if (path.parent / "readme").is_dir()
    )


def title(text: str, line: str) -> str:
    """A title underlined as reStructuredText wants it."""
    return f"{text}\n{line * len(text)}\n"


def inline(line: str) -> str:
    """Code and links of one line; emphasis is written alike in both languages."""
    return LINK.sub(r"`\1 <\2>`__", CODE.sub(r"``\1``", line))


def restructured(markdown: str) -> str:
    """Markdown as reStructuredText."""
    lines, is_code = [], False
    for line in markdown.strip().splitlines():
        if line.startswith("```"):
            is_code = not is_code
            lines.append("::\n" if is_code else "")
        elif is_code:
            lines.append(f"    {line}".rstrip())
        elif heading := re.fullmatch(r"#+ (.+)", line):
            lines.append(title(heading[1], "~"))
        else:
            lines.append(inline(line))
    return "\n".join(lines) + "\n"


def body(addon: Path) -> str:
    """The description of an addon, without its title."""
    parts = []
    for name, section in FRAGMENTS.items():
        path = addon / "readme" / f"{name}.md"
        if path.is_file():
            heading = [title(section, "=")] if section else []
            parts += [*heading, restructured(path.read_text(encoding="utf-8"))]
    return "\n".join(parts)


def readme(addon: Path) -> str:
    """README.rst of an addon."""
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text(encoding="utf-8"))
    licence = (
        f"Licence: {manifest['license']}, see the file LICENSE of the repository.\n"
    )
    head = f"{'=' * len(manifest['name'])}\n{title(manifest['name'], '=')}"
    return "\n".join([NOTE, head, body(addon), title("Licence", "="), licence])


def page(addon: Path) -> str:
    """The description that Odoo shows in Apps."""
    settings = {
        "doctitle_xform": False,
        "initial_header_level": 2,
        "report_level": 2,
        "halt_level": 2,
        "syntax_highlight": "none",
    }
    parts = publish_parts(body(addon), writer_name="html5", settings_overrides=settings)
    text = LITERAL.sub(r"<code>\1</code>", parts["fragment"])
    return f'<section class="oe_container">\n{text.strip()}\n</section>\n'


def generated() -> dict[Path, str]:
    """What every generated file should hold."""
    return {
        path: text
        for addon in documented_addons()
        for path, text in (
            (addon / "README.rst", readme(addon)),
            (addon / "static" / "description" / "index.html", page(addon)),
        )
    }


def main() -> None:
    """Write what differs."""
    for path, text in generated().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
