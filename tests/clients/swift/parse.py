"""Whether Swift files are Swift, by its grammar: what they use is on Apple's systems only. usage: parse.py FILE…"""

import sys

import tree_sitter_swift
from tree_sitter import Language, Parser

parser = Parser(Language(tree_sitter_swift.language()))


def mistakes(node):
    if node.type == "ERROR" or node.is_missing:
        yield node
    for child in node.children:
        yield from mistakes(child)


failed = False
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        tree = parser.parse(file.read())
    found = list(mistakes(tree.root_node))
    for node in found:
        line, column = node.start_point
        print(f"{name}:{line + 1}:{column + 1}: this is no Swift", file=sys.stderr)
    failed = failed or bool(found)
    print(f"{'FAIL' if found else 'ok'} {name} is Swift")
sys.exit(failed)
