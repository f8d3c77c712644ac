"""`make test`: the quick rooms side by side on all cores, then those that measure or kill by themselves. All must pass."""

from __future__ import annotations

import os
import subprocess
import sys
import time

# Each kills real processes and wants the machine for itself and one like it.
ALONE = ("tests/durability",)


def main() -> int:
    """Return pytest's worst exit code."""
    started = time.monotonic()
    workers = str(2 * max(2, os.cpu_count() or 2))  # they wait for browsers and disks half of the time
    apart = [f"--ignore={folder}" for folder in ALONE]
    quick = [] if os.environ.get("LONG") else ["-m", "not long"]
    # Where that is set, each worker and each service under test compiles every module anew: seconds of a core each time.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    rounds = (
        ["-n", workers, "--dist", "worksteal", *quick, *apart, "tests"],
        ["-n", "3" if quick else "2", *quick, *ALONE],  # two that kill, and in the quick run one that mostly waits
    )
    worst = 0
    for arguments in rounds:
        command = [sys.executable, "-m", "pytest", *arguments, *sys.argv[1:]]
        code = subprocess.run(command, env=environment, check=False).returncode
        worst = worst or code
        if code and not os.environ.get("CI"):
            break
    print(f"Tests took {time.monotonic() - started:.0f} s.")
    return worst


if __name__ == "__main__":
    sys.exit(main())
