"""Syntax trees of the contract language, as flat lists of nodes.

A tree is a tuple of nodes in postfix order: the children of a node stand before it, the
root stands last. Every pass over a tree (types, Python, JDM, later Z3) is therefore one
loop from left to right, without recursion (design section 3).
"""

import msgspec


class Node(msgspec.Struct, frozen=True):
    """One node. What `op` may be, with its children and its `value`:

    `int` `bool` `str` (a literal, in `value`) · `name` (of a variable, in `value`) ·
    `column` (what the input column of a decision table holds) · `any` (a cell `-`) ·
    `neg` `not` (one child) · `+` `-` `*` `/` `==` `!=` `<` `<=` `>` `>=` `and` `or`
    `in` `not in` (two) · `if` (condition, then, else) · `list` (any number) · `range`
    (low, high; `value` is its two brackets) · `call` (arguments; `value` is the function).
    """

    op: str
    children: tuple[int, ...] = ()
    """Positions in the tree, each smaller than the node's own."""
    value: int | bool | str = ""
    at: int = 0
    """Position of the token in the cell, in characters from 0."""


Tree = tuple[Node, ...]


class SyntaxFault(Exception):
    """The text of a cell is no expression, or not one of this language.

    `code` is that of `admission_texts`; `at` counts characters from 0.
    """

    def __init__(self, code: str, at: int, what: str = "") -> None:
        super().__init__(code, at, what)
        self.code = code
        self.at = at
        self.what = what
