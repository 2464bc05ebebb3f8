"""A build script: runs `main` of the package's own build script of tests, one statement after another.

A statement that fails is told with the test methods that it names, or by its line where it names none,
and the next one runs. Those that name a method of the environment's AXTUI_LEFT_OUT are left out, and
those that use what such a one would have assigned, and a session of the urd that has none but such.
The tests that run commands take the name of this program, which AXTUI_PROGRAM tells.
"""

import ast
import json
import os
import sys
import traceback

from accelerator.test_methods import build_tests


def main(urd, job):
    with open(build_tests.__file__, encoding="utf-8") as file:  # noqa: PTH123
        source = file.read()
    sys.argv[0] = os.environ["AXTUI_PROGRAM"]
    tree = ast.parse(source)
    function = next(
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main"
    )
    space = dict(vars(build_tests), urd=urd)
    left_out = set(os.environ.get("AXTUI_LEFT_OUT", "").split())
    built, failed = set(), {}
    for statement in _kept(function.body, left_out):
        code = compile(ast.Module([statement], []), build_tests.__file__, "exec")
        try:
            exec(code, space)
            built.update(_methods(statement))  # also one of which all jobs should fail
        except (Exception, SystemExit) as error:
            names = _methods(statement) or [f"line {statement.lineno}"]
            text = _reason(error)
            for name in names:
                failed.setdefault(name, text)
            print(f"FAILED {', '.join(names)}: {text}")
    for done in urd.joblist_all:
        built.update(_with_subjobs(done))
    with job.open("outcome.json", "w") as file:
        json.dump({"built": sorted(built), "failed": failed}, file, indent=1)
    job.link_result("outcome.json")


def _kept(statements, left_out):
    """The statements to run: not those that need what is left out, nor an urd session left empty by that."""
    missing, kept = set(), []
    for statement in statements:
        assigned = _names(statement, ast.Store)
        if left_out.intersection(_methods(statement)) or missing & _needed(statement):
            missing |= assigned
            continue
        missing -= assigned
        if kept and _calls(statement, "finish") and _calls(kept[-1], "begin"):
            kept.pop()
            continue
        kept.append(statement)
    return kept


def _calls(statement, name):
    """Whether a statement is a call of this function of the urd."""
    call = getattr(statement, "value", None)
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == name
        and getattr(call.func.value, "id", "") == "urd"
    )


def _with_subjobs(done):
    """The methods of a job and of the subjobs below it."""
    yield done.method
    for subjob in done.post.subjobs:
        yield from _with_subjobs(type(done)(subjob))


def _methods(statement):
    """The test methods that a statement builds."""
    names = {
        node.value
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith("test_")
        and node.value.isidentifier()
    }
    return sorted(names)


def _needed(statement):
    """The names that must be there before a statement runs."""
    loops = [node for node in ast.walk(statement) if isinstance(node, ast.For | ast.comprehension)]
    own = {name for loop in loops for name in _names(loop.target, ast.Store)}
    return _names(statement, ast.Load) - own


def _names(node, context):
    """The names that are used (`ast.Load`) or assigned (`ast.Store`) below a node."""
    return {
        name.id
        for name in ast.walk(node)
        if isinstance(name, ast.Name) and isinstance(name.ctx, context)
    }


def _reason(error):
    status = getattr(error, "status", None)
    if status:
        texts = [str(text) for text in dict(status).values()]
        return "\n".join(texts)[-3000:]
    return "".join(traceback.format_exception(type(error), error, error.__traceback__))[-3000:]
