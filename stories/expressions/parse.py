"""Tokens to a tree, by recursive descent. Size and depth are bounded, so parsing and evaluating always end.

expression = and {"or" and}           sum    = product {("+" | "-") product}
and        = not {"and" not}          product = unary {"*" unary}
not        = "not" not | compared     unary  = "-" unary | atom
compared   = sum [sign sum]           atom   = number | truth | name ["(" expression {","…} ")"] | "(" expression ")"
statement  = (atom ("=" | "+=" | "-=") expression | call) ["if" expression]
"""

from collections.abc import Callable
from typing import TypeVar

from inference.prompts.problems import reason as _
from stories.expressions.problem import Wrong
from stories.expressions.tokens import Token, tokens
from stories.expressions.tree import Assignment, Call, Joined, Name, Node, Order, Prefixed, Statement, Truth, Whole

Grown = TypeVar("Grown", bound=Node)
MOST_NODES = 60
MOST_DEEP = 12
MOST_DIGITS = 6
COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})


def parse_expression(text: str) -> Node:
    parser = _Parser(text)
    found = parser.expression()
    parser.expect("end")
    return found


def parse_statement(text: str) -> Statement:
    parser = _Parser(text)
    found = parser.statement()
    parser.expect("end")
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.place = 0
        self.nodes = 0
        self.deep = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.next
        self.place += token.kind != "end"
        return token

    def expect(self, kind: str) -> Token:
        if self.next.kind != kind:
            wanted = _("nothing more") if kind == "end" else f"“{kind}”"
            raise Wrong(
                self.next.at, _("here has to be %(wanted)s, not %(is)s", **{"wanted": wanted, "is": _told(self.next)})
            )
        return self.take()

    def statement(self) -> Statement:
        first = self.next
        target = self.atom()
        if not isinstance(target, Name | Call):
            raise Wrong(first.at, _("an effect sets a name, or calls one"))
        sign, value = "", None
        if self.next.kind in ("=", "+=", "-="):
            sign = self.take().kind
            value = self.expression()
        when = None
        if self.next.kind == "if":
            self.take()
            when = self.expression()
        if value is not None:
            return Assignment(target, sign, value, when, first.at)
        if isinstance(target, Name):
            raise Wrong(first.at, _("%(name)s is set with =, += or -=", name=target.name))
        return Order(target, when, first.at)

    def expression(self) -> Node:
        self.deep += 1
        if self.deep > MOST_DEEP:
            raise Wrong(self.next.at, _("deeper than %(levels)s levels", levels=MOST_DEEP))
        found = self.joined(("or",), self.conjunction)
        self.deep -= 1
        return found

    def conjunction(self) -> Node:
        return self.joined(("and",), self.negation)

    def negation(self) -> Node:
        return self.prefixed("not", self.compared)

    def compared(self) -> Node:
        left = self.sum()
        if self.next.kind not in COMPARISONS:
            return left
        sign = self.take()
        found = self.node(Joined(sign.kind, left, self.sum(), sign.at))
        if self.next.kind in COMPARISONS:
            raise Wrong(self.next.at, _("one comparison at a time: join them with “and”"))
        return found

    def sum(self) -> Node:
        return self.joined(("+", "-"), self.product)

    def product(self) -> Node:
        return self.joined(("*",), lambda: self.prefixed("-", self.atom))

    def joined(self, signs: tuple[str, ...], side: Callable[[], Node]) -> Node:
        found = side()
        while self.next.kind in signs:
            sign = self.take()
            found = self.node(Joined(sign.kind, found, side(), sign.at))
        return found

    def prefixed(self, sign: str, side: Callable[[], Node]) -> Node:
        signs = []
        while self.next.kind == sign:
            signs.append(self.take())
        found = side()
        for token in reversed(signs):
            found = self.node(Prefixed(sign, found, token.at))
        return found

    def atom(self) -> Node:
        token = self.take()
        if token.kind == "number":
            if len(token.text) > MOST_DIGITS:
                raise Wrong(token.at, _("a number has at most %(digits)s digits", digits=MOST_DIGITS))
            return self.node(Whole(int(token.text), token.at))
        if token.kind in ("true", "false"):
            return self.node(Truth(token.kind == "true", token.at))
        if token.kind == "name":
            return self.node(self.call(token) if self.next.kind == "(" else Name(token.text, token.at))
        if token.kind == "(":
            found = self.expression()
            self.expect(")")
            return found
        raise Wrong(token.at, _("here has to be a value, not %(is)s", **{"is": _told(token)}))

    def call(self, name: Token) -> Call:
        self.expect("(")
        given = [self.expression()]
        while self.next.kind == ",":
            self.take()
            given.append(self.expression())
        self.expect(")")
        return Call(name.text, tuple(given), name.at)

    def node(self, node: Grown) -> Grown:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Wrong(node.at, _("more than %(parts)s parts", parts=MOST_NODES))
        return node


def _told(token: Token) -> str:
    return _("the end") if token.kind == "end" else f"“{token.text}”"
