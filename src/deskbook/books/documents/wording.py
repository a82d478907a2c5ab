"""The wordings of printed documents: Jinja templates, the program's own and the office's, checked before they are used.

They run in a sandbox: values are escaped, a name that is not there is an error, and nothing on the page can fetch anything from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskbook.books.documents.labels import WORDINGS
from deskbook.books.documents.sample import SAMPLES, sample
from deskbook.core.refusal import Refusal
from deskbook.core.store import Look
from deskbook.core.words import LANGUAGES, N_, _

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

LONGEST = 200_000
"""Characters of a wording at most."""
FORBIDDEN_FILTERS = ("safe", "urlize", "xmlattr", "pprint", "tojson", "random", "forceescape")
"""They would let a customer's name write the page, or give another page each time."""
FETCHES = re.compile(
    r"<\s*(?:script|link|iframe|frame|object|embed|base|form|meta|audio|video|source)\b"
    r"|@import|url\(\s*+['\"]?+\s*+(?!data:)"
    r"|<[^>]*\s(?:on[a-z]+\s*=|(?:src|srcset|href|data|poster|background|action)\s*+=\s*+['\"]?+\s*+(?!data:|#))",
    re.IGNORECASE,
)
"""What would fetch or run something."""


# -- which wording ---------------------------------------------------------------------------------------------------------


@lru_cache
def shipped(kind: str) -> str:
    """The program's own wording of a kind."""
    return (Path(__file__).parent / "templates" / f"{kind.replace(' ', '_')}.html").read_text(encoding="utf-8")


def own(look: Look, kind: str, language: str, paper: str) -> str | None:
    """The office's wording: that of the language and paper before that of the language, of the paper, of all; None where it has none."""
    body = look.value(
        "SELECT body FROM template WHERE kind = :kind AND language IN ('', :language) AND paper IN ('', :paper)"
        " ORDER BY language <> '' DESC, paper <> '' DESC LIMIT 1",
        kind=kind,
        language=language,
        paper=family(paper),
    )
    return None if body is None else str(body)


def family(paper: str) -> str:
    """What a wording is made for: A4, or 241 for every cut of the continuous form."""
    return "241" if paper.startswith("241") else "A4"


# -- rendering -------------------------------------------------------------------------------------------------------------


@lru_cache
def _environment() -> Environment:
    from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        """Reckons with numbers only: a text times a million would fill the memory."""

        intercepted_binops = frozenset(("*", "**", "%"))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if operator == "**" or not (isinstance(left, int | float) and isinstance(right, int | float)):
                raise SecurityError(_(N_("“{operator}” takes two numbers here, and there are no powers"), operator=operator))
            return super().call_binop(context, operator, left, right)

    class Shipped(BaseLoader):
        """The page around the documents; nothing else is loaded by name."""

        def get_source(self, environment: Environment, template: str) -> tuple[str, None, None]:
            if template != "page":
                raise TemplateNotFound(template)
            return shipped("page"), None, None

    environment = Sandbox(autoescape=True, undefined=StrictUndefined, loader=Shipped(), trim_blocks=True, lstrip_blocks=True)
    environment.globals.clear()  # range() and the like would only let a page grow without end
    for name in FORBIDDEN_FILTERS:
        environment.filters.pop(name, None)
    return environment


def _with_page(page: str | None) -> Environment:
    """The environment with the office's own page in place of the program's."""
    environment = _environment()
    if page is None:
        return environment
    from jinja2 import DictLoader

    return environment.overlay(loader=DictLoader({"page": page}))


def render(look: Look, kind: str, facts: Mapping[str, Any], language: str, paper: str) -> tuple[str, str]:
    """The document as HTML, and what is wrong with the office's wording where the program's had to be used ("" where nothing is)."""
    body, page, complaint, each = own(look, kind, language, paper), own(look, "page", language, paper), "", kind
    if body is not None or page is not None:
        try:
            for each, wording in (("page", page), (kind, body)):
                if wording is not None:
                    check_wording(each, wording)
            return _with_page(page).from_string(shipped(kind) if body is None else body).render(facts), ""
        except Refusal as refusal:
            complaint = _unusable(each, str(refusal))
        except Exception as error:
            # A wording can fail with any error of its own expressions (a division, a wrong type): the paper is needed all the same.
            complaint = _unusable(each, _at_line(error))
    return _program(kind).render(facts), complaint


@lru_cache
def _program(kind: str) -> Any:
    return _environment().from_string(shipped(kind))


def _unusable(kind: str, why: str, language: str = "", paper: str = "") -> str:
    where = " ".join(filter(None, (_(WORDINGS.get(kind, kind)), LANGUAGES.get(language, ""), paper)))
    return _(N_("The office's wording of {kind} cannot be used, the program's is: {why}"), kind=where, why=why)


def _at_line(error: Exception) -> str:
    """The line of a wording and what failed there, in one sentence."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    what = str(getattr(error, "message", None) or error).partition("\n")[0].partition(". ")[0].rstrip(".")
    return _(N_("Line {line}: {why}."), line=line or getattr(error, "lineno", 0), why=what)


# -- checking --------------------------------------------------------------------------------------------------------------


def check_wording(kind: str, body: str) -> None:
    """Refusal that names the line and what is wrong: syntax, a placeholder that is not there, what would fetch or run something, an error in use."""
    from jinja2 import TemplateError, TemplateSyntaxError

    if kind not in WORDINGS:
        raise Refusal("kind", N_("There is no document “{kind}”."), kind=kind)
    if not body.strip() or len(body) > LONGEST:
        raise Refusal("body", N_("A wording has 1 to {most} characters; this one has {count}."), most=LONGEST, count=len(body))
    plain = re.sub(r"\{#.*?#\}", lambda found: "\n" * found[0].count("\n"), body, flags=re.DOTALL)
    shown = plain if kind != "page" else plain.replace("<meta ", "<head ")  # the page says of itself that it fetches nothing
    if found := FETCHES.search(shown):
        raise Refusal(
            "body",
            N_("Line {line}: “{what}” would fetch or run something; a document stands for itself."),
            line=plain[: found.start()].count("\n") + 1,
            what=found[0].strip(),
        )
    environment = _environment()
    try:
        tree = environment.parse(body)
    except TemplateSyntaxError as error:
        raise Refusal("body", "{why}", why=_at_line(error)) from None
    for line, name in Unknown(kind).of(tree):
        raise Refusal("body", N_("Line {line}: there is no placeholder “{name}” in {kind}."), line=line, name=name, kind=_(WORDINGS[kind]))
    for each in SAMPLES if kind == "page" else (kind,):
        try:
            if kind == "page":
                _with_page(body).from_string(shipped(each)).render(sample(each))
            else:
                environment.from_string(body).render(sample(each))
        except TemplateError as error:
            raise Refusal("body", "{why}", why=_at_line(error)) from None
        except Exception as error:
            # Any error of the wording's own expressions, told with its line.
            raise Refusal("body", "{why}", why=_at_line(error)) from None


ANYTHING: Any = object()
STATEMENTS = {"Include": "include", "Import": "import", "FromImport": "from"}
"""Statements that a wording has no use for."""


class Unknown:
    """Finds the names in a template that the kind has not got: of variables, and of their parts, also inside loops."""

    def __init__(self, kind: str) -> None:
        self.sample = sample(kind)
        self.found: list[tuple[int, str]] = []

    def of(self, tree: nodes.Template) -> list[tuple[int, str]]:
        """Line and placeholder of each, in order."""
        self.each(tree, dict(self.sample))
        return sorted(set(self.found))

    def each(self, node: nodes.Node | _Holder, scope: dict[str, Any]) -> None:
        """Go through the parts of a node; what it binds counts for what comes after it in the same scope."""
        from jinja2 import nodes

        for child in node.iter_child_nodes():
            if isinstance(child, nodes.For):
                elements = self.value(child.iter, scope)
                inner = scope | {"loop": ANYTHING}
                self.bind(child.target, elements[0] if isinstance(elements, list) and elements else ANYTHING, inner)
                for part in (*child.body, *([child.test] if child.test else [])):
                    self.visit(part, inner)
                for part in child.else_:
                    self.visit(part, scope)
            elif isinstance(child, nodes.Assign):
                self.bind(child.target, self.value(child.node, scope), scope)
            elif isinstance(child, (nodes.Macro, nodes.CallBlock, nodes.With, nodes.AssignBlock)):
                inner = dict(scope) | {"caller": ANYTHING, "varargs": ANYTHING, "kwargs": ANYTHING}
                for target in (*getattr(child, "args", ()), *getattr(child, "targets", ())):
                    self.bind(target, ANYTHING, inner)
                if isinstance(child, nodes.Macro):
                    scope[child.name] = inner[child.name] = ANYTHING
                if isinstance(child, nodes.AssignBlock):
                    self.bind(child.target, ANYTHING, scope)
                for part in (*getattr(child, "values", ()), *([child.call] if isinstance(child, nodes.CallBlock) else []), *child.body):
                    self.visit(part, inner)
            elif isinstance(child, nodes.Block):
                self.each(child, dict(scope) | {"super": ANYTHING, "self": ANYTHING})
            elif isinstance(child, (nodes.Include, nodes.Import, nodes.FromImport, nodes.ScopedEvalContextModifier)):
                self.found.append((child.lineno, STATEMENTS.get(type(child).__name__, "autoescape")))
            elif isinstance(child, nodes.Extends):
                if not (isinstance(child.template, nodes.Const) and child.template.value == "page"):
                    self.found.append((child.lineno, "extends"))
            elif isinstance(child, nodes.Expr):
                self.value(child, scope)
            else:
                self.each(child, scope)

    def visit(self, node: nodes.Node, scope: dict[str, Any]) -> None:
        """One node of any kind."""
        from jinja2 import nodes

        if isinstance(node, nodes.Expr):
            self.value(node, scope)
        else:
            self.each(_Holder(node), scope)

    def bind(self, target: nodes.Node, value: Any, scope: dict[str, Any]) -> None:
        """A loop's or a set's name."""
        from jinja2 import nodes

        if isinstance(target, nodes.Name):
            scope[target.name] = value
        elif isinstance(target, nodes.Tuple):
            for part in target.items:
                self.bind(part, ANYTHING, scope)

    def value(self, node: nodes.Node, scope: dict[str, Any]) -> Any:
        """What an expression stands for, as far as the sample tells."""
        from jinja2 import nodes

        if isinstance(node, nodes.Name):
            if node.name not in scope:
                self.found.append((node.lineno, node.name))
                return ANYTHING
            return scope[node.name]
        if isinstance(node, nodes.Getattr):
            return self.part(node, self.value(node.node, scope), node.attr)
        if isinstance(node, nodes.Getitem):
            whole = self.value(node.node, scope)
            if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
                return self.part(node, whole, node.arg.value)
            self.value(node.arg, scope)
            return whole[0] if isinstance(whole, list) else ANYTHING
        for child in node.iter_child_nodes():
            self.value(child, scope)
        return ANYTHING

    def part(self, node: nodes.Node, whole: Any, name: str) -> Any:
        """whole.name."""
        if isinstance(whole, dict):
            if name in whole:
                return whole[name]
        elif whole is ANYTHING or hasattr(whole, name):
            return ANYTHING
        self.found.append((node.lineno, dotted(node)))
        return ANYTHING


class _Holder:
    """One node as the only child, so that a statement is gone through as those inside another are."""

    def __init__(self, node: nodes.Node) -> None:
        self.node = node

    def iter_child_nodes(self) -> list[nodes.Node]:
        return [self.node]


def dotted(node: nodes.Node) -> str:
    """An expression as a template writes it: line.amount."""
    from jinja2 import nodes

    if isinstance(node, nodes.Getattr):
        return f"{dotted(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return f"{dotted(node.node)}.{node.arg.value}"
    return node.name if isinstance(node, nodes.Name) else "…"


def faults(look: Look) -> list[str]:
    """What is wrong with the office's wordings, a sentence each; the program's are used in their place."""
    found = []
    for kind, language, paper, body in look.rows("SELECT kind, language, paper, body FROM template ORDER BY kind, language, paper"):
        try:
            check_wording(kind, body)
        except Refusal as refusal:
            found.append(_unusable(str(kind), str(refusal), str(language), str(paper)))
    return found
