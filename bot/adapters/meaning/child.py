"""The child process: one JSON text a line in, one JSON object of chances a line out. Ends when its input ends.

python -m bot.adapters.meaning.child [weights]
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

from bot.adapters.meaning.classifier import WEIGHTS, Classifier

GENTLE = 19  # the service comes first: the model takes what the processor has left over


def main() -> None:
    os.nice(GENTLE)
    classifier = Classifier(Path(sys.argv[1]) if len(sys.argv) > 1 else WEIGHTS)
    classifier.chances("")  # all that is loaded late is loaded now
    _shut_in()
    print(json.dumps({}), flush=True)  # ready
    for line in sys.stdin:
        print(json.dumps(classifier.chances(json.loads(line))), flush=True)


def _shut_in() -> None:
    """From here on no file, socket or process can be opened, nothing written but the answer, no dump left of the words."""
    limits = ("RLIMIT_NOFILE", 3), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0), ("RLIMIT_NPROC", 0)
    for name, most in limits:
        resource.setrlimit(getattr(resource, name), (most, most))


if __name__ == "__main__":
    main()
