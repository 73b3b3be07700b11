"""Worker slots: one living process holds a slot, and its death frees it, however it dies."""

from __future__ import annotations

import signal

from closebook.jobs.slots import take_slot
from tests.jobs.processes import started

_HOLD = """
import sys
from pathlib import Path
from closebook.jobs.slots import take_slot
slot = take_slot(Path(sys.argv[1]))
print(slot.name if slot else "none", flush=True)
sys.stdin.read()
"""


def test_a_slot_is_held_once_and_freed_by_release(tmp_path):
    first = take_slot(tmp_path)
    assert first is not None
    assert first.name.endswith("-1")
    assert take_slot(tmp_path) is None
    first.release()
    again = take_slot(tmp_path)
    assert again is not None
    again.release()


def test_several_slots_have_names_of_their_own(tmp_path):
    held = [take_slot(tmp_path, 3) for _ in range(3)]
    assert len({slot.name for slot in held}) == 3
    assert take_slot(tmp_path, 3) is None
    held[1].release()
    freed = take_slot(tmp_path, 3)
    assert freed.name == held[1].name
    for slot in (held[0], freed, held[2]):
        slot.release()


def test_another_folder_is_another_slot(tmp_path):
    one, two = take_slot(tmp_path / "one"), take_slot(tmp_path / "two")
    assert one.name == two.name
    one.release()
    two.release()


def test_a_process_holds_it_against_others_and_its_violent_death_frees_it(tmp_path):
    with started("-c", _HOLD, tmp_path) as (process, name):
        assert name.endswith("-1")
        assert take_slot(tmp_path) is None
        with started("-c", _HOLD, tmp_path) as (_second, answer):
            assert answer == "none"
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        slot = take_slot(tmp_path)
        assert slot is not None
        assert slot.name == name
        slot.release()
