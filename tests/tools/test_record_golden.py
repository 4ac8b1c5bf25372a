import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_golden_bytes_are_those_that_the_tool_writes(tmp_path: Path) -> None:
    command = [sys.executable, "tools/record_golden", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    recorded = {path.name: path.read_text() for path in tmp_path.iterdir()}
    kept = {
        path.name: path.read_text() for path in (ROOT / "tests" / "golden").glob("*_lens.jsonl")
    }

    assert {name: recorded.get(name) for name in kept} == kept
