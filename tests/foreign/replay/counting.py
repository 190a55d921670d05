"""A last line that says how many tests passed, for whoever reads the end of the output only."""

import atexit
import unittest

COUNTS = {"passed": 0, "failed": 0}


class TestCase(unittest.TestCase):
    """A test that is counted; one that fails in several subtests counts once."""

    def run(self, result=None):
        """Runs and counts."""
        result = result if result is not None else self.defaultTestResult()
        before = len(result.failures) + len(result.errors)
        super().run(result)
        COUNTS["passed" if len(result.failures) + len(result.errors) == before else "failed"] += 1
        return result


def report_at_exit():
    """Prints the line once the run is over; to be called by a test module's `setUpModule`."""
    atexit.unregister(_report)
    atexit.register(_report)


def _report():
    print(f"{COUNTS['passed']} passed, {COUNTS['failed']} failed", flush=True)
