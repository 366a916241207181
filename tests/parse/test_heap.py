"""What becomes of memory that a document needed."""

import ctypes
import subprocess
import sys

import pytest

CHURN = """
import resource
from dailyten.parse.heap import keep_freed_memory
keep_freed_memory()
def read(): [bytearray(900_000) for _ in range(8)]
read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10): read()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="only glibc lets us say so")
def test_what_one_document_needed_is_not_taken_from_the_system_again_for_the_next() -> None:
    """Ten rounds of 7.2 MB would be 17,500 pages."""
    ran = subprocess.run([sys.executable, "-c", CHURN], capture_output=True, text=True, check=True)

    assert int(ran.stdout) < 1_000
