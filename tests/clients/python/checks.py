"""One line per check, and a count at the end."""

import traceback

passed = 0
failed = 0


class Check:
    """`with Check("what"):` fails by an exception; the run goes on."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        global passed, failed
        if error is None:
            passed += 1
            print(f"ok    {self.name}", flush=True)
        elif isinstance(error, Exception):
            failed += 1
            print(f"FAIL  {self.name}")
            print("      " + "".join(traceback.format_exception(error)).rstrip().replace("\n", "\n      "), flush=True)
        return isinstance(error, Exception) or error is None


def refused(name, kinds, body, *arguments):
    """Passes if `body` raises one of `kinds`."""
    with Check(name):
        try:
            body(*arguments)
        except kinds:
            return
        raise AssertionError("was not refused")


def summary():
    """Prints the count; true if all passed."""
    print(f"Authlib and joserfc: {passed} passed, {failed} failed")
    return failed == 0 and passed > 0
