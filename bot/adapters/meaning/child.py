"""The child process: one JSON text a line in, one JSON object of chances a line out. Ends when its input ends.

python -m bot.adapters.meaning.child [weights]
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from bot.adapters.meaning.classifier import WEIGHTS, Classifier

GENTLE = 19  # the service comes first: the model takes what the processor has left over


def main() -> None:
    os.nice(GENTLE)
    classifier = Classifier(Path(sys.argv[1]) if len(sys.argv) > 1 else WEIGHTS)
    print(json.dumps({}), flush=True)  # ready
    for line in sys.stdin:
        print(json.dumps(classifier.chances(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
